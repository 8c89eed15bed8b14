import Testing

@testable import RegionKitCore

@Suite struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `digests of the standard's examples`(_ text: String, _ digest: String) {
        let bytes = SHA256.hash(Array(text.utf8))
        #expect(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == digest)
    }

    @Test func `every length around a block is padded rightly`() {
        let digests = (50..<135).map { SHA256.hash([UInt8](repeating: 97, count: $0)) }
        #expect(Set(digests).count == digests.count)
        // python3 -c "import hashlib; print(hashlib.sha256(b'a'*119).hexdigest()[:16])"
        #expect(digests[119 - 50].prefix(8).elementsEqual([0x31, 0xeb, 0xa5, 0x1c, 0x31, 0x3a, 0x5c, 0x08]))
    }

    @Test(arguments: [1, 7, 63, 64, 65, 130])
    func `bytes taken in piece by piece give the same digest`(_ size: Int) {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var sha = SHA256()
        for start in stride(from: 0, to: bytes.count, by: size) {
            sha.update(Array(bytes[start..<min(start + size, bytes.count)]).span)
        }
        let digest = sha.finish()
        #expect(digest.indices.map { digest[$0] } == SHA256.hash(bytes))
    }
}
