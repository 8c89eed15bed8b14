internal import RegionKitCore

extension ExpressionCompiler {
    /// What a query asks of the keys of the table or index.
    ///
    /// - Parameters:
    ///   - partitionKey: The partition key's name.
    ///   - sortKey: The sort key's name; nil where there is none, then the query has no bound on it.
    mutating func keyCondition(_ query: Query, _ partitionKey: String, _ sortKey: String?) -> String {
        let partition = "\(self.placeholder(partitionKey)) = \(self.placeholder(query.partition))"
        guard let sort = query.sort, let sortKey else { return partition }
        let name = self.placeholder(sortKey)
        let bound: String
        switch sort {
        case .equal(let value): bound = "\(name) = \(self.placeholder(value))"
        case .less(let value): bound = "\(name) < \(self.placeholder(value))"
        case .lessOrEqual(let value): bound = "\(name) <= \(self.placeholder(value))"
        case .greater(let value): bound = "\(name) > \(self.placeholder(value))"
        case .greaterOrEqual(let value): bound = "\(name) >= \(self.placeholder(value))"
        case .between(let lower, let upper):
            bound = "\(name) BETWEEN \(self.placeholder(lower)) AND \(self.placeholder(upper))"
        case .beginsWith(let prefix): bound = "begins_with(\(name), \(self.placeholder(prefix)))"
        }
        return "\(partition) AND \(bound)"
    }
}
