internal import RegionKitCore

/// HMAC with SHA-256 (<https://www.rfc-editor.org/rfc/rfc2104>), keyed once for many messages.
struct HMACSHA256: Sendable {
    /// The two digests as they stand after the padded key, so that a message costs no block for the key.
    private let inner: SHA256
    private let outer: SHA256

    init(key: Span<UInt8>) {
        var padded = InlineArray<64, UInt8>(repeating: 0)
        if key.count > 64 {
            var digest = SHA256()
            digest.update(key)
            let short = digest.finish()
            for index in short.indices { padded[index] = short[index] }
        } else {
            for index in key.indices { padded[index] = key[index] }
        }
        self.inner = Self.began(padded, 0x36)
        self.outer = Self.began(padded, 0x5C)
    }

    private init(inner: SHA256, outer: SHA256) {
        self.inner = inner
        self.outer = outer
    }

    private static func began(_ key: InlineArray<64, UInt8>, _ mask: UInt8) -> SHA256 {
        var masked = key
        for index in masked.indices { masked[index] ^= mask }
        var digest = SHA256()
        digest.update(masked.span)
        return digest
    }

    /// The same for messages that begin alike: with what a body feeds in.
    func after(_ feed: (inout SHA256) -> Void) -> HMACSHA256 {
        var inner = self.inner
        feed(&inner)
        return HMACSHA256(inner: inner, outer: self.outer)
    }

    /// The code of the message that a body feeds in.
    func code(_ feed: (inout SHA256) -> Void) -> SHA256.Digest {
        var (inner, outer) = (self.inner, self.outer)
        feed(&inner)
        let digest = inner.finish()
        outer.update(digest.span)
        return outer.finish()
    }
}
