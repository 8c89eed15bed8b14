internal import Foundation

/// An IP address; IPv4 in its IPv6-mapped form, so that both spellings of an address are equal.
struct HTTPAddress: Hashable, Sendable {
    private let bytes: [UInt8]

    /// Reads an address as people write it; nil for a name.
    init?(_ text: String) {
        var fourth = in_addr()
        var sixth = in6_addr()
        if unsafe inet_pton(AF_INET, text, &fourth) == 1 {
            self.init(fourth)
        } else if unsafe inet_pton(AF_INET6, text, &sixth) == 1 {
            self.init(sixth)
        } else {
            return nil
        }
    }

    /// Reads a socket address of `count` bytes; nil unless it is of an internet family.
    @unsafe init?(_ address: UnsafeRawPointer, count: Int, family: Int32) {
        switch family {
        case AF_INET where count >= MemoryLayout<sockaddr_in>.size:
            self.init(unsafe address.loadUnaligned(as: sockaddr_in.self).sin_addr)
        case AF_INET6 where count >= MemoryLayout<sockaddr_in6>.size:
            self.init(unsafe address.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default:
            return nil
        }
    }

    private init(_ address: in_addr) {
        self.bytes = unsafe Self.mapped + withUnsafeBytes(of: address) { unsafe Array($0) }
    }

    private init(_ address: in6_addr) {
        self.bytes = unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
    }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    // The well-known prefix of NAT64: <https://www.rfc-editor.org/rfc/rfc6052#section-2.1>
    private static let translated: [UInt8] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]

    /// Whether it is an IPv4 address, perhaps mapped.
    var isIPv4: Bool { self.bytes.starts(with: Self.mapped) }

    /// Whether it leads back to this machine.
    var isLoopback: Bool {
        self.isIPv4 ? self.bytes[12] == 127 : self.bytes == Array(repeating: 0, count: 15) + [1]
    }

    /// Whether it is link-local or serves metadata: 169.254.0.0/16 in any form, fe80::/10, and AWS's fd00:ec2::/32.
    ///
    /// Reference: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>
    var isLinkLocal: Bool {
        let holdsIPv4 =
            self.isIPv4 || self.bytes.starts(with: Self.translated) || self.bytes.prefix(12).allSatisfy { $0 == 0 }
        if holdsIPv4 { return self.bytes[12] == 169 && self.bytes[13] == 254 }
        return self.bytes[0] == 0xfe && self.bytes[1] & 0xc0 == 0x80 || self.bytes.starts(with: [0xfd, 0, 0x0e, 0xc2])
    }
}
