internal import RegionKitCore

extension BackendConformance {
    /// Texts in the order of their UTF-8, which is not that of UTF-16 or of any language.
    private static let orderedTexts = [
        "\u{1}", " ", "0", "10", "2", "A", "Z", "a", "a\u{0}", "a\u{0}b", "a!", "aa", "ab", "b", "e\u{301}", "\u{E9}",
        "\u{FFFD}",
        "\u{1F30D}",
    ]
    private static let orderedNumbers = [
        "-1E+125", "-12345678901234567890123456789012345678", "-100", "-99.5", "-11", "-10", "-9", "-1.5", "-1", "-0.5",
        "-1E-130", "0", "1E-130", "0.001", "0.5", "1", "1.0000000000000000000000000000000000001", "2", "9", "10", "11",
        "99.5", "100", "12345678901234567890123456789012345678", "9.9999999999999999999999999999999999999E+125",
    ].compactMap { Number($0) }
    private static let orderedBytes: [[UInt8]] = [
        [0], [0, 0], [0, 1], [0, 255], [1], [1, 0], [127], [128], [254], [255], [255, 0], [255, 255],
    ]

    static let queryRules: [Rule] = [
        Rule(name: "a query answers in the order of text sort keys") { trial in
            for text in Self.orderedTexts.shuffled() { try await trial.put(trial.item(text)) }
            let found = try await trial.queryAll(Query(.string(trial.name)))
            trial.log.expect("ascending", found.map { $0["sk"]?.string }, equals: Self.orderedTexts)
            let reversed = try await trial.queryAll(Query(.string(trial.name), descending: true, limit: 4))
            trial.log.expect(
                "descending, in pages of 4",
                reversed.map { $0["sk"]?.string },
                equals: Self.orderedTexts.reversed()
            )
        },
        Rule(name: "a query answers in the order of number sort keys", table: Self.numbers) { trial in
            let values = Self.orderedNumbers.map { AttributeValue.number($0) }
            for value in values.shuffled() { try await trial.put(["pk": .string(trial.name), "sk": value]) }
            let found = try await trial.queryAll(Query(.string(trial.name), limit: 7))
            trial.log.expect("ascending, in pages of 7", found.map { $0["sk"] }, equals: values)
            let reversed = try await trial.queryAll(Query(.string(trial.name), descending: true))
            trial.log.expect("descending", reversed.map { $0["sk"] }, equals: values.reversed())
            try await Self.expectBounds(trial, values, partition: .string(trial.name))
        },
        Rule(name: "a query answers in the order of binary sort keys", table: Self.bytes) { trial in
            let partition = AttributeValue.binary([0, UInt8(truncatingIfNeeded: trial.number), 0])
            let values = Self.orderedBytes.map { AttributeValue.binary($0) }
            for value in values.shuffled() { try await trial.put(["pk": partition, "sk": value]) }
            let found = try await trial.queryAll(Query(partition, limit: 5))
            trial.log.expect("ascending, in pages of 5", found.map { $0["sk"] }, equals: values)
            try await Self.expectBounds(trial, values, partition: partition)
            for (prefix, count) in [([0], 4), ([255], 3), ([1], 2), ([255, 255], 1), ([3], 0)] as [([UInt8], Int)] {
                let found = try await trial.queryAll(Query(partition, sort: .beginsWith(.binary(prefix))))
                trial.log.expect("how many begin with \(prefix)", found.count, equals: count)
            }
        },
        Rule(name: "a query keeps to the bound on the sort key") { trial in
            for text in Self.orderedTexts { try await trial.put(trial.item(text)) }
            let values = Self.orderedTexts.map { AttributeValue.string($0) }
            try await Self.expectBounds(trial, values, partition: .string(trial.name))
            for prefix in ["a", "a\u{0}", "aa", "e", "\u{1F30D}", "x"] {
                let found = try await trial.queryAll(Query(.string(trial.name), sort: .beginsWith(.string(prefix))))
                trial.log.expect(
                    "what begins with \(prefix.debugDescription)",
                    found.map { $0["sk"]?.string },
                    equals: Self.orderedTexts.filter { $0.utf8.starts(with: prefix.utf8) }
                )
            }
        },
        Rule(name: "a query answers with one partition only") { trial in
            for suffix in ["", "a", "\u{0}", "\u{FFFF}"] {
                try await trial.put(["pk": .string(trial.name + suffix), "sk": .string("in" + suffix)])
            }
            let found = try await trial.queryAll(Query(.string(trial.name)))
            trial.log.expect("the sort keys", found.map { $0["sk"]?.string }, equals: ["in"])
        },
        Rule(name: "pages are as long as the limit and leave nothing out") { trial in
            let names = (0..<10).map { "item-\($0)" }
            for name in names { try await trial.put(trial.item(name)) }
            for limit in [1, 3, 5, 9, 10, 11] {
                var query = Query(.string(trial.name), limit: limit)
                var pages: [[String?]] = []
                repeat {
                    let page = try await trial.query(query)
                    pages.append(page.items.map { $0["sk"]?.string })
                    query.next = page.next
                } while query.next != nil && pages.count <= 11
                trial.log.expect("the items in pages of \(limit)", pages.flatMap(\.self), equals: names)
                let full = pages.prefix(10 / limit).allSatisfy { $0.count == limit }
                trial.log.expect("pages of \(limit)", full, "that all but the last are full", found: pages.map(\.count))
            }
        },
        Rule(name: "a page goes on where the one before it ended, whatever was deleted or added since") { trial in
            for name in ["a", "b", "c", "d"] { try await trial.put(trial.item(name)) }
            let first = try await trial.query(Query(.string(trial.name), limit: 2))
            try await trial.write(.delete(trial.key("b")))
            try await trial.put(trial.item("aa"), trial.item("bb"))
            let rest = try await trial.queryAll(Query(.string(trial.name), next: first.next))
            trial.log.expect("the rest", rest.map { $0["sk"]?.string }, equals: ["bb", "c", "d"])
        },
        Rule(name: "a filter leaves items out after they are counted against the limit") { trial in
            for n in 0..<6 { try await trial.put(trial.item("item-\(n)", ["n": .number(Number(n))])) }
            let filter = attribute("n") >= 4
            let first = try await trial.query(Query(.string(trial.name), limit: 3, filter: filter))
            trial.log.expect("the first page", first.items.count, equals: 0)
            trial.log.expect("the first page's successor", first.next != nil, "that there is one")
            let all = try await trial.queryAll(Query(.string(trial.name), limit: 3, filter: filter))
            trial.log.expect("all pages", all.map { $0["n"] }, equals: [4, 5])
        },
        Rule(name: "a page holds about 1 MB at most") { trial in
            let text = AttributeValue.string(String(repeating: "x", count: 300_000))
            for n in 0..<5 { try await trial.put(trial.item("item-\(n)", ["text": text])) }
            let first = try await trial.query(Query(.string(trial.name)))
            trial.log.expect(
                "the first page",
                (1...4).contains(first.items.count) && first.next != nil,
                "1 to 4 of 5 items of 300 KB, and a successor",
                found: first.items.count
            )
            let all = try await trial.queryAll(Query(.string(trial.name)))
            trial.log.expect("all pages", all.map { $0["sk"] }, equals: (0..<5).map { .string("item-\($0)") })
        },
    ]

    /// Checks every kind of bound at every value of an ordered list that has been stored.
    private static func expectBounds(
        _ trial: BackendTrial,
        _ values: [AttributeValue],
        partition: AttributeValue
    ) async throws {
        func expect(_ bound: Query.SortCondition, _ expected: ArraySlice<AttributeValue>) async throws {
            let found = try await trial.queryAll(Query(partition, sort: bound))
            trial.log.expect("the sort keys for \(bound)", found.map { $0["sk"] }, equals: Array(expected))
        }
        for index in stride(from: 0, to: values.count, by: 3) {
            let value = values[index]
            try await expect(.equal(value), values[index...index])
            try await expect(.less(value), values[..<index])
            try await expect(.lessOrEqual(value), values[...index])
            try await expect(.greater(value), values[(index + 1)...])
            try await expect(.greaterOrEqual(value), values[index...])
            try await expect(.between(values[index / 2], value), values[(index / 2)...index])
        }
    }
}
