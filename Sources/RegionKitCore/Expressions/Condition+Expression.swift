extension Condition {
    /// Reads a condition from DynamoDB's syntax, as its condition and filter expressions are written.
    ///
    /// ```swift
    /// try Condition(
    ///     expression: "#s = :ready AND size(tags) > :n",
    ///     names: ["#s": "state"],
    ///     values: [":ready": "ready", ":n": 2]
    /// )
    /// ```
    ///
    /// Comparisons, `BETWEEN` and `IN` bind first, then `NOT`, `AND`, `OR`. Keywords may be in any case; functions are
    /// written as DynamoDB writes them. Never build the text from what others give you: `names` and `values` are for
    /// that.
    ///
    /// Allowed here, not in DynamoDB: reserved words as attributes, except the keywords `AND`, `OR`, `NOT`, `BETWEEN`
    /// and `IN`; names that begin with an underscore; redundant parentheses; `contains(a, a)`. Allowed in DynamoDB, not
    /// here: a value as the first argument of a function, as in `contains(:list, path)`.
    ///
    /// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html>
    ///
    /// - Parameters:
    ///   - expression: The text, of at most ``ItemLimits/expressionSize`` bytes.
    ///   - names: What each `#name` stands for, by the placeholder with its `#`. It is one name, whatever characters it
    ///     holds: `["#a": "x.y"]` is the attribute `x.y`.
    ///   - values: The values, by the placeholder with its `:`.
    /// - Throws: When the text is no condition, a name or value is missing or not used, or ``ItemLimits`` refuses the
    ///   condition.
    public init(
        expression: String,
        names: [String: String] = [:],
        values: [String: AttributeValue] = [:]
    ) throws(ConditionExpressionError) {
        var parser = try ConditionParser(expression, names: names, values: values)
        self = try parser.parse()
    }
}
