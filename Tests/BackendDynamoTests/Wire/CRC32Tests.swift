import RegionKitTesting
import Testing

@testable import BackendDynamo

struct CRC32Tests {
    @Test(
        arguments: [
            (#""#, 0x00000000),
            (#"a"#, 0xE8B7BE43),
            (#"123456789"#, 0xCBF43926),
            (#"{}"#, 0xA3A6BF43),
            (#"The quick brown fox jumps over the lazy dog"#, 0x414FA339),
            (#"{"Item":{"pk":{"S":"x"}}}"#, 0x4BB9CC89),
        ] as [(String, UInt32)]
    )
    func `the checksum is the standard's`(text: String, checksum: UInt32) {
        #expect(CRC32.checksum(Array(text.utf8).span) == checksum)
    }

    @Test func `bytes of any number have the checksum of a bitwise division`() {
        var generator = SeededGenerator(seed: 1)
        for count in 0...100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var rest: UInt32 = .max
            for byte in bytes {
                rest ^= UInt32(byte)
                for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
            }
            #expect(CRC32.checksum(bytes.span) == ~rest)
        }
    }

    @Test(
        arguments: [
            (nil, true), ("3421780262", true), ("3421780263", false), ("", false), ("cbf43926", false), ("-1", false),
            ("99999999999999999999", false),
        ] as [(String?, Bool)]
    )
    func `a header matches the body or does not`(header: String?, matches: Bool) {
        #expect(CRC32.matches(header, Array("123456789".utf8)) == matches)
    }
}
