internal import Foundation

extension IPAddress {
    /// Reads a socket address of `count` bytes; nil unless it is of an internet family.
    @unsafe package init?(_ address: UnsafeRawPointer, count: Int, family: Int32) {
        switch family {
        case AF_INET where count >= MemoryLayout<sockaddr_in>.size:
            let v4 = unsafe address.loadUnaligned(as: sockaddr_in.self).sin_addr
            self.init(v4: UInt32(bigEndian: v4.s_addr))
        case AF_INET6 where count >= MemoryLayout<sockaddr_in6>.size:
            let v6 = unsafe address.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            let bytes = unsafe withUnsafeBytes(of: v6) { unsafe Array($0) }
            self.init(bits: bytes.reduce(0) { $0 << 8 | UInt128($1) })
        default:
            return nil
        }
    }
}
