internal import CCurl

/// The header lines of a request as libcurl takes them, in memory that is used again and again.
@safe final class HTTPHeaderList {
    private static let countLimit = 128
    private static let sizeLimit = 64 << 10

    private let nodes = UnsafeMutablePointer<curl_slist>.allocate(capacity: HTTPHeaderList.countLimit)
    private var bytes = UnsafeMutablePointer<CChar>.allocate(capacity: 2048)
    private var capacity = 2048

    deinit {
        unsafe self.nodes.deallocate()
        unsafe self.bytes.deallocate()
    }

    /// Replaces the lines; they stay where they are until the next time.
    func fill(
        _ headers: [(name: String, value: String)],
        and lines: [StaticString]
    ) throws(HTTPError) -> UnsafeMutablePointer<curl_slist> {
        let size =
            headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
            + lines.reduce(0) { $0 + $1.utf8CodeUnitCount + 1 }
        guard headers.count + lines.count <= Self.countLimit, size <= Self.sizeLimit else {
            throw HTTPError(.local, "A request has too many headers, or too large ones.")
        }
        if size > self.capacity {
            unsafe self.bytes.deallocate()
            self.capacity = size * 2
            unsafe self.bytes = .allocate(capacity: self.capacity)
        }
        var (place, count) = unsafe (self.bytes, 0)
        for (name, value) in headers {
            unsafe self.beginLine(&count, at: place)
            guard !name.isEmpty, !Self.isReserved(name), unsafe Self.append(name, to: &place, Self.isToken) else {
                throw HTTPError(.local, "A request may not set the header \"\(name.prefix(64))\".")
            }
            // libcurl drops a line that ends with a colon, and sends one that ends with a semicolon as an empty header:
            // <https://curl.se/libcurl/c/CURLOPT_HTTPHEADER.html>
            unsafe Self.append(UInt8(ascii: value.isEmpty ? ";" : ":"), to: &place)
            if !value.isEmpty { unsafe Self.append(UInt8(ascii: " "), to: &place) }
            guard unsafe Self.append(value, to: &place, { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw HTTPError(.local, "The value of the header \"\(name)\" has control characters.")
            }
            unsafe Self.append(0, to: &place)
        }
        for line in lines {
            unsafe self.beginLine(&count, at: place)
            for index in 0..<line.utf8CodeUnitCount { unsafe Self.append(line.utf8Start[index], to: &place) }
            unsafe Self.append(0, to: &place)
        }
        return unsafe self.nodes
    }

    private func beginLine(_ count: inout Int, at place: UnsafeMutablePointer<CChar>) {
        unsafe (self.nodes + count).initialize(to: curl_slist(data: place, next: nil))
        if count > 0 { unsafe self.nodes[count - 1].next = self.nodes + count }
        count += 1
    }

    @inline(__always)
    private static func append(
        _ text: String,
        to place: inout UnsafeMutablePointer<CChar>,
        _ isAllowed: (UInt8) -> Bool
    ) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices {
            guard isAllowed(bytes[index]) else { return false }
            unsafe self.append(bytes[index], to: &place)
        }
        return true
    }

    @inline(__always)
    private static func append(_ byte: UInt8, to place: inout UnsafeMutablePointer<CChar>) {
        unsafe place.pointee = CChar(bitPattern: byte)
        unsafe place += 1
    }

    // Reference: <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x5e...0x7a, 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x7c, 0x7e: true
        default: false
        }
    }

    /// What the client sets itself, because the message's framing hangs on it.
    private static func isReserved(_ name: String) -> Bool {
        switch name.utf8.count {
        case 2: name.lowercased() == "te"
        case 6: name.lowercased() == "expect"
        case 7: name.lowercased() == "trailer" || name.lowercased() == "upgrade"
        case 10: name.lowercased() == "connection"
        case 14: name.lowercased() == "content-length"
        case 15: name.lowercased() == "accept-encoding"
        case 17: name.lowercased() == "transfer-encoding"
        default: false
        }
    }
}
