import Foundation
import RegionKitCore
import Testing

struct ItemCodingTests {
    private struct Everything: Codable, Equatable {
        enum State: String, Codable { case ready, done }
        struct Part: Codable, Equatable {
            var name: String
            var size: Int?
        }
        var text = "é\n"
        var empty = ""
        var int = Int.min
        var small = Int8(-5)
        var large = UInt64.max
        var double = -0.1
        var float: Float = 0.1
        var flag = true
        var number = Number("1.00000000000000000000000000000000000001") ?? 0
        var data = Data([0, 255])
        var bytes: [UInt8] = [1, 2, 3]
        var noBytes: [UInt8] = []
        var date = Date(timeIntervalSince1970: 1_700_000_000.123)
        var state = State.ready
        var parts = [Part(name: "a", size: 1), Part(name: "b")]
        var named = ["x": Part(name: "c", size: nil)]
        var matrix = [[1, 2], []]
        var optionals: [Int?] = [1, nil, 3]
        var some: Int? = 5
        var none: Int?
        var texts: Set<String> = ["a", "b"]
        var numbers: Set<Int> = [1, -2]
        var exact: Set<Number> = [1]
        var noTexts: Set<String> = []
        var flags: Set<Bool> = [true]
        var free: AttributeValue = ["k": .binarySet([[1]])]
        var nothing: AttributeValue = .null
        var id = UUID()
        var money = Decimal(string: "-1234.56")
        var page = URL(string: "https://example.com/a?b=c")
    }

    @Test
    func `a value with everything in it survives the way through an item`() throws {
        let value = Everything()
        let item = try ItemEncoder().encode(value)
        #expect(try ItemDecoder().decode(Everything.self, from: item) == value)
        let stored = try DynamoDBJSON.decode(DynamoDBJSON.encode(item))
        #expect(try ItemDecoder().decode(Everything.self, from: stored) == value)
    }

    @Test(
        arguments: [
            ("text", "é\n"), ("int", .number(Number(Int.min))), ("large", .number(Number(UInt64.max))),
            ("float", .number(Number("0.1") ?? 0)), ("flag", true), ("data", .binary([0, 255])),
            ("bytes", .binary([1, 2, 3])), ("noBytes", .binary([])), ("date", "2023-11-14T22:13:20.123Z"),
            ("state", "ready"),
            ("parts", [["name": "a", "size": 1], ["name": "b"]]), ("named", ["x": ["name": "c"]]),
            ("matrix", [[1, 2], []]), ("optionals", [1, .null, 3]), ("some", 5), ("none", nil),
            ("texts", .stringSet(["a", "b"])),
            ("numbers", .numberSet([1, -2])), ("exact", .numberSet([1])), ("noTexts", nil), ("flags", [true]),
            ("money", .number(Number("-1234.56") ?? 0)), ("page", "https://example.com/a?b=c"),
            ("free", ["k": .binarySet([[1]])]), ("nothing", .null),
        ] as [(String, AttributeValue?)]
    )
    func `each type has its attribute`(name: String, value: AttributeValue?) throws {
        #expect(try ItemEncoder().encode(Everything())[name] == value)
    }

    @Test
    func `dates are texts to the millisecond or epoch seconds, and both are read`() throws {
        struct Event: Codable, Equatable { var at: Date }
        for milliseconds in [0, 1, 999, 1_700_000_000_001, 1_700_000_000_999, 253_402_300_799_999, -62_135_596_800_000]
            as [Double]
        {
            let event = Event(at: Date(timeIntervalSince1970: milliseconds / 1000))
            let item = try ItemEncoder().encode(event)
            #expect(item["at"]?.string?.utf8.count == 24)
            let back = try ItemDecoder().decode(Event.self, from: item)
            #expect(abs(back.at.timeIntervalSince(event.at)) < 0.0001)
        }
        let event = Event(at: Date(timeIntervalSince1970: 1_700_000_000.9))
        #expect(try ItemEncoder(dates: .epochSeconds).encode(event) == ["at": 1_700_000_000])
        #expect(
            try ItemDecoder().decode(Event.self, from: ["at": 1_700_000_000]).at.timeIntervalSince1970 == 1_700_000_000
        )
        #expect(
            try ItemDecoder().decode(Event.self, from: ["at": "2023-11-14T22:13:20Z"]).at.timeIntervalSince1970
                == 1_700_000_000
        )
        #expect(throws: DecodingError.self) { try ItemDecoder().decode(Event.self, from: ["at": "yesterday"]) }
    }

    private class Base: Codable {
        var base = 1
    }

    private final class Derived: Base {
        var own: Int

        init(own: Int) {
            self.own = own
            super.init()
        }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            self.own = try container.decode(Int.self, forKey: .own)
            try super.init(from: try container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(self.own, forKey: .own)
            try super.encode(to: container.superEncoder())
        }

        private enum Keys: CodingKey { case own }
    }

    @Test
    func `a subclass has its superclass under super`() throws {
        let item = try ItemEncoder().encode(Derived(own: 7))
        #expect(item == ["own": 7, "super": ["base": 1]])
        let back = try ItemDecoder().decode(Derived.self, from: item)
        #expect(back.own == 7 && back.base == 1)
    }

    private struct Nested: Codable, Equatable {
        enum Keys: CodingKey { case outer, list, inner }
        var inner = 1
        var list = ["a", "b"]

        init() {}

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            self.inner = try container.nestedContainer(keyedBy: Keys.self, forKey: .outer).decode(
                Int.self,
                forKey: .inner
            )
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            self.list = [try list.decode(String.self)]
            var rest = try list.nestedUnkeyedContainer()
            while !rest.isAtEnd { self.list.append(try rest.decode(String.self)) }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            var outer = container.nestedContainer(keyedBy: Keys.self, forKey: .outer)
            try outer.encode(self.inner, forKey: .inner)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            try list.encode(self.list[0])
            var rest = list.nestedUnkeyedContainer()
            for text in self.list.dropFirst() { try rest.encode(text) }
        }
    }

    @Test
    func `nested containers become maps and lists`() throws {
        let item = try ItemEncoder().encode(Nested())
        #expect(item == ["outer": ["inner": 1], "list": ["a", ["b"]]])
        #expect(try ItemDecoder().decode(Nested.self, from: item) == Nested())
    }

    @Test
    func `encoding errors name the place and no value`() throws {
        struct Outer: Encodable { var parts: [[String: Double]] }
        let error = try #require(throws: EncodingError.self) {
            try ItemEncoder().encode(Outer(parts: [[:], ["x": 1e300]]))
        }
        guard case .invalidValue(_, let context) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(context.codingPath.map(\.stringValue) == ["parts", "1", "x"])
        #expect(!"\(error)".contains("1e+300"))
        #expect(throws: EncodingError.self) { try ItemEncoder().encode(["x": Double.nan]) }
        #expect(throws: EncodingError.self) { try ItemEncoder().encode(["x": [Set<String>()]]) }
        #expect(throws: EncodingError.self) { try ItemEncoder().encode([1, 2]) }
        #expect(throws: EncodingError.self) { try ItemEncoder().encode("text") }
        #expect(try ItemEncoder().encode(["x": 1]) == ["x": 1])
        #expect(try ItemEncoder().encode([String: Int]()) == [:])
    }

    @Test(
        arguments: [
            ([:], ["parts"]), (["parts": "canary"], ["parts"]), (["parts": [1]], ["parts", "0"]),
            (["parts": [["name": 1]]], ["parts", "0", "name"]),
            (["parts": [["name": "x", "size": "canary"]]], ["parts", "0", "size"]),
            (["parts": [["name": "x", "size": .number(Number("1.5") ?? 0)]]], ["parts", "0", "size"]),
            (["parts": [["name": "x"], .null]], ["parts", "1"]),
        ].map { ($0.0, $0.1) } as [(Item, [String])]
    )
    func `decoding errors name the place and no value`(item: Item, path: [String]) throws {
        struct Outer: Decodable { var parts: [Everything.Part] }
        let error = try #require(throws: DecodingError.self) { try ItemDecoder().decode(Outer.self, from: item) }
        switch error {
        case .typeMismatch(_, let context), .dataCorrupted(let context), .valueNotFound(_, let context):
            #expect(context.codingPath.map(\.stringValue) == path)
        case .keyNotFound(let key, let context):
            #expect(context.codingPath.map(\.stringValue) + [key.stringValue] == path)
        @unknown default: Issue.record("\(error)")
        }
        #expect(!"\(error)".contains("canary"))
    }

    @Test(arguments: [(300, "UInt8"), (-1, "UInt8"), (1, nil)] as [(AttributeValue, String?)])
    func `an integer that does not fit is an error`(value: AttributeValue, type: String?) throws {
        if type == nil {
            #expect(try ItemDecoder().decode([String: UInt8].self, from: ["x": value]) == ["x": 1])
        } else {
            #expect(throws: DecodingError.self) { try ItemDecoder().decode([String: UInt8].self, from: ["x": value]) }
        }
    }

    @Test
    func `numbers and values also pass through other coders, exactly`() throws {
        let values: [AttributeValue] = [
            "x", .number(Number("0.1") ?? 0), .binary([1, 2]), true, .null, [1, ["a": "b"]], .stringSet(["a"]),
            .numberSet([1]), .binarySet([[1]]),
        ]
        let data = try JSONEncoder().encode(values)
        #expect(try JSONDecoder().decode([AttributeValue].self, from: data) == values)
        #expect(String(decoding: try JSONEncoder().encode(values[2]), as: UTF8.self) == #"{"B":"AQI="}"#)
        #expect(try DynamoDBJSON.decodeValue(Array(try JSONEncoder().encode(values[5]))) == values[5])
        for wrong in [#"{}"#, #"{"X":"x"}"#, #"{"S":"x","N":"1"}"#, #"{"N":"x"}"#, #"{"B":"x"}"#] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(AttributeValue.self, from: Data(wrong.utf8))
            }
        }
    }
}
