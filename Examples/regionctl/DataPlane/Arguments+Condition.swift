internal import RegionKitCore

// The condition of a write.
extension Arguments {
    /// What each `#N` of `--name` stands for.
    func names() throws(Failure) -> [String: String] {
        try self.placeholders(.attributeName, "#") { text, _ throws(Failure) in text }
    }

    /// What must hold for the stored item; nil for nothing.
    ///
    /// - Parameter used: Names that stand for something outside of the condition.
    func condition(in schema: TableSchema, names used: Set<String> = []) throws(Failure) -> Condition? {
        let isNew: Condition? =
            self.has(.ifNotExists) ? !attribute(AttributePath(schema.partitionKey.name)).exists : nil
        let names = try self.names()
        let values = try self.placeholders(.conditionValue, ":") { text, place throws(Failure) in
            do throws(DynamoDBJSONError) {
                return try DynamoDBJSON.decodeValue(Array(text.utf8))
            } catch {
                throw .usage("\(place): \(error) A value is DynamoDB JSON, for example {\"S\":\"x\"}.")
            }
        }
        guard let expression = self.value(.condition) else {
            let unused = values.keys.sorted() + names.keys.filter { !used.contains($0) }.sorted()
            guard let first = unused.first else { return isNew }
            throw .usage("\(first) is given and not used; it belongs to --if.")
        }
        let own = names.filter { expression.contains($0.key) || !used.contains($0.key) }
        do throws(ConditionExpressionError) {
            let condition = try Condition(expression: expression, names: own, values: values)
            return isNew.map { $0 && condition } ?? condition
        } catch {
            let pointer = error.pointer(in: expression).map { "\n" + $0 } ?? ""
            throw .usage("--if: \(error.message)\(pointer)")
        }
    }

    /// The values of an option that are written `:v=VALUE`.
    private func placeholders<Value>(
        _ option: Option,
        _ sign: String,
        _ read: (String, String) throws(Failure) -> Value
    ) throws(Failure) -> [String: Value] {
        var result: [String: Value] = [:]
        for text in self.values(option) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, parts[0].hasPrefix(sign), parts[0].count > 1, !parts[1].isEmpty else {
                throw .usage("--\(option.name): found \(text.shown); it is written \(option.usage).")
            }
            let place = "--\(option.name) \(parts[0])"
            guard result.updateValue(try read(parts[1], place), forKey: parts[0]) == nil else {
                throw .usage("\(place) is given twice.")
            }
        }
        return result
    }
}
