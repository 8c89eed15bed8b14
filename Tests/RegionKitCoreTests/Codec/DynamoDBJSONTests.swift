import RegionKitCore
import Testing

struct DynamoDBJSONTests {
    private func decode(_ text: String) throws(DynamoDBJSONError) -> Item {
        try DynamoDBJSON.decode(Array(text.utf8))
    }

    @Test(
        arguments: [
            ("{}", [:]),
            (#"{"a":{"S":"x"}}"#, ["a": "x"]),
            (#"{"":{"S":""}}"#, ["": ""]),
            (" {\t\"a\" :\r{\n\"N\" : \"-1.50\" } } ", ["a": .number(Number("-1.5") ?? 0)]),
            (
                #"{"a":{"B":"AP8="},"b":{"B":""},"c":{"B":"\/\/8="}}"#,
                ["a": .binary([0, 255]), "b": .binary([]), "c": .binary([255, 255])]
            ),
            (#"{"t":{"BOOL":true},"f":{"BOOL":false},"n":{"NULL":true}}"#, ["t": true, "f": false, "n": .null]),
            (
                #"{"a":{"L":[]},"b":{"M":{}},"c":{"L":[{"N":"1"},{"L":[{"S":"x"}]}]}}"#,
                ["a": [], "b": [:], "c": [1, ["x"]]]
            ),
            (
                #"{"a":{"M":{"b":{"M":{"c":{"N":"1"}}},"d":{"S":"x"}}},"e":{"N":"2"}}"#,
                ["a": ["b": ["c": 1], "d": "x"], "e": 2]
            ),
            (
                #"{"a":{"SS":["x","y"]},"b":{"NS":["1","2.0"]},"c":{"BS":["AA==","AQ=="]}}"#,
                ["a": .stringSet(["x", "y"]), "b": .numberSet([1, 2]), "c": .binarySet([[0], [1]])]
            ),
            (#"{"a":{"S":"\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE42"}}"#, ["a": "\"\\/\u{8}\u{C}\n\r\tAé🙂"]),
            (#"{"\u0061":{"S":"é語🙂"}}"#, ["a": "é語🙂"]),
        ] as [(String, Item)]
    )
    func `a document is read as the item it says`(text: String, item: Item) throws {
        #expect(try self.decode(text) == item)
        #expect(try DynamoDBJSON.decode(DynamoDBJSON.encode(item)) == item)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("{", .unexpectedEnd, 1), (#"{"a"#, .unexpectedEnd, 3),
            (#"{"a\"#, .unexpectedEnd, 4),
            (#"{"a":"#, .unexpectedEnd, 5), (#"{"a":{"S":"x"}"#, .unexpectedEnd, 14),
            (#"{"a":{"BOOL":tr"#, .unexpectedByte, 13),
            ("[]", .unexpectedByte, 0), ("null", .unexpectedByte, 0), ("{a:1}", .unexpectedByte, 1),
            (#"{"a" {"S":"x"}}"#, .unexpectedByte, 5),
            (#"{"a":"x"}"#, .unexpectedByte, 5), (#"{"a":{"S":1}}"#, .unexpectedByte, 10),
            (#"{"a":{"N":1}}"#, .unexpectedByte, 10),
            (#"{"a":{"S":"x"},}"#, .unexpectedByte, 15), (#"{,"a":{"S":"x"}}"#, .unexpectedByte, 1),
            (#"{"a":{"L":[{"S":"x"},]}}"#, .unexpectedByte, 21),
            (#"{"a":{"BOOL":True}}"#, .unexpectedByte, 13), (#"{"a":{"BOOL":"true"}}"#, .unexpectedByte, 13),
            (#"{"a":{"NULL":false}}"#, .unexpectedByte, 13),
            (#"{"a":{"S":"x"]}"#, .unexpectedByte, 13), (#"{"a":{"SS":"x"}}"#, .unexpectedByte, 11),
            (#"{"a":{"M":[]}}"#, .unexpectedByte, 10),
            ("\u{FEFF}{}", .unexpectedByte, 0), ("{}{}", .trailingBytes, 2), ("{} x", .trailingBytes, 3),
            ("{}\u{0}", .trailingBytes, 2),
            ("{\"a\":{\"S\":\"x\ny\"}}", .controlCharacter, 12), ("{\"a\u{1}\":{\"S\":\"x\"}}", .controlCharacter, 3),
            (#"{"a":{"S":"\x"}}"#, .invalidEscape, 11), (#"{"a":{"S":"\u12"}}"#, .invalidEscape, 11),
            (#"{"a":{"S":"\u12G4"}}"#, .invalidEscape, 11), (#"{"a":{"S":"\U0041"}}"#, .invalidEscape, 11),
            (#"{"a":{"S":"\uD83D"}}"#, .loneSurrogate, 11), (#"{"a":{"S":"x\uDE42"}}"#, .loneSurrogate, 12),
            (#"{"a":{"S":"\uD83D\uD83D"}}"#, .loneSurrogate, 11), (#"{"a":{"S":"\uD83Dx"}}"#, .loneSurrogate, 11),
            (#"{"\uD83D\n":{"S":"x"}}"#, .loneSurrogate, 2),
            (#"{"a":{"N":""}}"#, .invalidNumber, 10), (#"{"a":{"N":"x"}}"#, .invalidNumber, 10),
            (#"{"a":{"N":"1E126"}}"#, .invalidNumber, 10), (#"{"a":{"NS":["1","1 "]}}"#, .invalidNumber, 16),
            (#"{"a":{"N":"123456789012345678901234567890123456789"}}"#, .invalidNumber, 10),
            (#"{"a":{"B":"A"}}"#, .invalidBase64, 10), (#"{"a":{"B":"AB=="}}"#, .invalidBase64, 10),
            (#"{"a":{"B":"AAB="}}"#, .invalidBase64, 10), (#"{"a":{"B":"AA"}}"#, .invalidBase64, 10),
            (#"{"a":{"B":"A==="}}"#, .invalidBase64, 10), (#"{"a":{"B":"===="}}"#, .invalidBase64, 10),
            (#"{"a":{"B":"AA==AA=="}}"#, .invalidBase64, 10), (#"{"a":{"B":"AA A"}}"#, .invalidBase64, 10),
            (#"{"a":{"B":"-AAA"}}"#, .invalidBase64, 10), (#"{"a":{"B":"A_AA"}}"#, .invalidBase64, 10),
            (#"{"a":{"B":"AAAAA-A="}}"#, .invalidBase64, 10), (#"{"a":{"B":"AA-A"}}"#, .invalidBase64, 10),
            (#"{"a":{"B":"AAA_"}}"#, .invalidBase64, 10), (#"{"a":{"B":"A_-A"}}"#, .invalidBase64, 10),
            (#"{"a":{"X":"x"}}"#, .unknownType, 6), (#"{"a":{"":"x"}}"#, .unknownType, 6),
            (#"{"a":{"LS":["x"]}}"#, .unknownType, 6), (#"{"a":{"Bool":true}}"#, .unknownType, 6),
            (#"{"a":{"s":"x"}}"#, .unknownType, 6), (#"{"a":{"\u0053":"x"}}"#, .unknownType, 6),
            (#"{"a":{}}"#, .notOneType, 6), (#"{"a":{"S":"x","N":"1"}}"#, .notOneType, 13),
            (#"{"a":{"S":"x","S":"x"}}"#, .notOneType, 13),
            (#"{"a":{"S":"x"},"a":{"S":"y"}}"#, .duplicateName, 1),
            (#"{"a":{"S":"x"},"\u0061":{"S":"y"}}"#, .duplicateName, 1),
            (#"{"m":{"M":{"a":{"N":"1"},"b":{"N":"1"},"a":{"N":"2"}}}}"#, .duplicateName, 11),
            (#"{"a":{"SS":[]}}"#, .emptySet, 11), (#"{"a":{"NS":[ ]}}"#, .emptySet, 11),
            (#"{"a":{"BS":[]}}"#, .emptySet, 11),
            (#"{"a":{"SS":["x","x"]}}"#, .duplicateMember, 16), (#"{"a":{"NS":["1","1.0"]}}"#, .duplicateMember, 16),
            (#"{"a":{"BS":["AA==","AA=="]}}"#, .duplicateMember, 19),
        ] as [(String, DynamoDBJSONError.Reason, Int)]
    )
    func `security 7 what is not exactly an item is refused with reason and place`(
        text: String,
        reason: DynamoDBJSONError.Reason,
        offset: Int
    ) {
        #expect(throws: DynamoDBJSONError(reason, at: offset)) { try self.decode(text) }
    }

    @Test(
        arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80]] as [[UInt8]]
    )
    func `security 7 text that is not UTF-8 is refused, in values and names`(bytes: [UInt8]) {
        let value = Array(#"{"a":{"S":"ok"#.utf8) + bytes + Array(#""}}"#.utf8)
        #expect(throws: DynamoDBJSONError(.invalidUTF8, at: 13)) { try DynamoDBJSON.decode(value) }
        let escaped = Array(#"{"a":{"S":"\n"#.utf8) + bytes + Array(#""}}"#.utf8)
        #expect(throws: DynamoDBJSONError(.invalidUTF8, at: 11)) { try DynamoDBJSON.decode(escaped) }
        let name = Array(#"{""#.utf8) + bytes + Array(#"":{"S":""}}"#.utf8)
        #expect(throws: DynamoDBJSONError(.invalidUTF8, at: 2)) { try DynamoDBJSON.decode(name) }
    }

    @Test
    func `security 7 lists and maps nest up to 64 deep`() throws {
        func document(_ depth: Int, _ open: String, _ close: String) -> String {
            #"{"a":"# + String(repeating: open, count: depth) + #"{"S":"x"}"# + String(repeating: close, count: depth)
                + "}"
        }
        for (open, close) in [(#"{"L":["#, "]}"), (#"{"M":{"m":"#, "}}")] {
            let item = try self.decode(document(64, open, close))
            #expect(try DynamoDBJSON.decode(DynamoDBJSON.encode(item)) == item)
            #expect(throws: DynamoDBJSONError.self) { try self.decode(document(65, open, close)) }
            #expect(throws: DynamoDBJSONError.self) { try self.decode(document(100_000, open, close)) }
        }
    }

    @Test
    func `random items survive the way out and back in`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let item = Item.random(using: &generator)
            #expect(try DynamoDBJSON.decode(DynamoDBJSON.encode(item)) == item)
            let sorted = DynamoDBJSON.encode(item, sorted: true)
            #expect(try DynamoDBJSON.decode(sorted) == item)
            #expect(DynamoDBJSON.encode(try DynamoDBJSON.decode(sorted), sorted: true) == sorted)
            var appended: [UInt8] = [1, 2]
            DynamoDBJSON.encode(item, into: &appended)
            #expect(appended.starts(with: [1, 2]))
            #expect(try DynamoDBJSON.decode(Array(appended.dropFirst(2))) == item)
            for value in item.values {
                #expect(try DynamoDBJSON.decodeValue(DynamoDBJSON.encodeValue(value)) == value)
            }
        }
    }

    @Test
    func `security 7 mutated documents are refused or read, and what is read survives`() throws {
        var generator = SeededGenerator(seed: 12)
        let alphabet = Array(#"{}[]",:\/ SNBLMOU0123456789.eE+-truefalsn"#.utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xFF]
        for _ in 0..<10_000 {
            var bytes = DynamoDBJSON.encode(.random(using: &generator))
            for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
                case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                default: bytes.removeLast(bytes.count - place)
                }
            }
            do throws(DynamoDBJSONError) {
                let item = try DynamoDBJSON.decode(bytes)
                let again = try DynamoDBJSON.decode(DynamoDBJSON.encode(item))
                #expect(again == item)
            } catch {
                #expect((0...bytes.count).contains(error.offset), "\(error)")
            }
        }
    }

    @Test
    func `an item inside another document is read from its offset`() throws {
        let bytes = Array(#"{"Items":[{"a":{"N":"1"}}, {"b":{"N":"2"}}]}"#.utf8)
        var offset = 10
        #expect(try DynamoDBJSON.decode(bytes.span, at: &offset) == ["a": 1])
        #expect(offset == 25)
        offset += 1
        #expect(try DynamoDBJSON.decode(bytes.span, at: &offset) == ["b": 2])
        #expect(bytes[offset] == UInt8(ascii: "]"))
        for wrong in [-1, 4, bytes.count, Int.max] {
            var offset = wrong
            #expect(throws: DynamoDBJSONError.self) { try DynamoDBJSON.decode(bytes.span, at: &offset) }
        }
    }

    @Test
    func `sorted output is the same for equal items`() {
        let item: Item = [
            "b": .numberSet([10, 9, -1]), "a": .stringSet(["é", "e", "Z"]), "ab": ["z": 1, "y": .null],
        ]
        let text =
            #"{"a":{"SS":["Z","e","é"]},"ab":{"M":{"y":{"NULL":true},"z":{"N":"1"}}},"b":{"NS":["-1","9","10"]}}"#
        #expect(String(decoding: DynamoDBJSON.encode(item, sorted: true), as: UTF8.self) == text)
    }

    @Test
    func `control characters, quotes and backslashes are escaped`() {
        let bytes = DynamoDBJSON.encodeValue("\"\\\n\r\t\u{0}\u{1F}\u{7F}é")
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"S":"\"\\\n\r\t\u0000\u001f"# + "\u{7F}é\"}")
    }

    @Test
    func `security 7 texts that are only canonically equivalent are not lost silently`() {
        let (one, two) = ("\u{E9}", "e\u{301}")
        #expect(throws: DynamoDBJSONError.self) { try self.decode(#"{"a":{"SS":["\#(one)","\#(two)"]}}"#) }
        #expect(throws: DynamoDBJSONError.self) { try self.decode(#"{"\#(one)":{"S":""},"\#(two)":{"S":""}}"#) }
    }
}
