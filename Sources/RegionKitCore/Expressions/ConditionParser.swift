/// Reads DynamoDB's condition syntax by recursive descent.
struct ConditionParser {
    typealias Failure = ConditionExpressionError

    private let names: [String: String]
    private let values: [String: AttributeValue]
    private var used: Set<String> = []
    private var tokenizer: ConditionTokenizer
    /// The next word or sign.
    private var token: ConditionToken
    /// How many parentheses and `NOT`s are open.
    private var depth = 0

    init(_ expression: String, names: [String: String], values: [String: AttributeValue]) throws(Failure) {
        guard expression.utf8.count <= ItemLimits.expressionSize else {
            throw Failure(
                "The expression has \(expression.utf8.count) bytes; \(ItemLimits.expressionSize) are allowed."
            )
        }
        for (keys, sign, argument) in [(names.keys.sorted(), "#", "names"), (values.keys.sorted(), ":", "values")] {
            for key in keys where !ConditionTokenizer.isPlaceholder(key, sign: Character(sign)) {
                throw Failure(
                    "\(argument) has the key \(key.quoted); a key is \(sign.quoted) and then letters, digits or "
                        + "underscores."
                )
            }
        }
        self.names = names
        self.values = values
        self.tokenizer = ConditionTokenizer(expression)
        self.token = try self.tokenizer.next()
    }

    /// Reads the whole text.
    mutating func parse() throws(Failure) -> Condition {
        let condition = try self.disjunction()
        guard self.token.kind == .end else { throw self.expected("AND, OR or the end") }
        for (keys, argument) in [(self.names.keys.sorted(), "names"), (self.values.keys.sorted(), "values")] {
            for key in keys where !self.used.contains(key) {
                throw Failure("\(key.quoted) of \(argument) is not used; remove it.")
            }
        }
        return try self.validated(condition, at: nil)
    }

    private mutating func disjunction() throws(Failure) -> Condition {
        var condition = try self.conjunction()
        while try self.accept("OR") { condition = .or(condition, try self.conjunction()) }
        return condition
    }

    private mutating func conjunction() throws(Failure) -> Condition {
        var condition = try self.negation()
        while try self.accept("AND") { condition = .and(condition, try self.negation()) }
        return condition
    }

    private mutating func negation() throws(Failure) -> Condition {
        let start = self.token.position
        if try self.accept("NOT") {
            try self.descend(at: start)
            defer { self.depth -= 1 }
            return .not(try self.negation())
        }
        if try self.accept("(") {
            try self.descend(at: start)
            defer { self.depth -= 1 }
            let condition = try self.disjunction()
            try self.expect(")")
            return condition
        }
        return try self.validated(try self.predicate(), at: start)
    }

    private mutating func predicate() throws(Failure) -> Condition {
        if let function = ConditionFunction(rawValue: self.token.text), self.isCall { return try self.call(function) }
        let operand = try self.operand()
        if let comparison = Condition.Comparison(rawValue: self.token.text) {
            try self.advance()
            return .compare(operand, comparison, try self.operand())
        }
        if try self.accept("BETWEEN") {
            let lower = try self.operand()
            try self.expect("AND")
            return .between(operand, lower, try self.operand())
        }
        guard try self.accept("IN") else { throw self.expected("a comparison (=, <>, <, <=, >, >=, BETWEEN or IN)") }
        try self.expect("(")
        var choices = [try self.operand()]
        while try self.accept(",") { choices.append(try self.operand()) }
        try self.expect(")")
        return .isIn(operand, choices)
    }

    private mutating func call(_ function: ConditionFunction) throws(Failure) -> Condition {
        let name = function.rawValue
        let path = try self.firstArgument(of: name)
        let condition: Condition
        switch function {
        case .attributeExists, .attributeNotExists:
            try self.expect(")", in: name, with: "1 argument")
            return function == .attributeExists ? .exists(path) : .not(.exists(path))
        case .attributeType:
            try self.expect(",", in: name, with: "2 arguments")
            condition = .hasType(path, try self.kind())
        case .beginsWith:
            try self.expect(",", in: name, with: "2 arguments")
            condition = .beginsWith(path, try self.operand())
        case .contains:
            try self.expect(",", in: name, with: "2 arguments")
            condition = .contains(path, try self.operand())
        }
        try self.expect(")", in: name, with: "2 arguments")
        return condition
    }

    private mutating func operand() throws(Failure) -> Condition.Operand {
        let start = self.token
        switch start.kind {
        case .value:
            return .value(try self.value())
        case .word where self.isCall:
            guard start.text == "size" else { throw self.notAnOperand(start) }
            let path = try self.firstArgument(of: start.text)
            try self.expect(")", in: start.text, with: "1 argument")
            return .size(path)
        case .word, .name:
            return .path(try self.path())
        case .keyword, .number, .symbol, .end:
            throw self.expectedName("an attribute, :value or function")
        }
    }

    /// Whether a function's name is next: a word and then a parenthesis.
    private var isCall: Bool {
        var rest = self.tokenizer
        return self.token.kind == .word && (try? rest.next())?.text == "("
    }

    private func notAnOperand(_ function: ConditionToken) -> Failure {
        let known = ConditionFunction.allCases.map(\.rawValue)
        guard known.contains(function.text) else {
            return Failure(
                "Unknown function \(function.text.quoted); known are \(known.joined(separator: ", ")), size.",
                at: function.position
            )
        }
        return Failure("\(function.text) is a condition; it cannot be compared or passed on.", at: function.position)
    }

    /// Reads a function's name, the parenthesis and the first argument.
    private mutating func firstArgument(of function: String) throws(Failure) -> AttributePath {
        try self.advance()
        try self.expect("(")
        guard self.token.kind != .value else {
            throw Failure("The first argument of \(function) must be an attribute.", at: self.token.position)
        }
        return try self.path()
    }

    private mutating func kind() throws(Failure) -> AttributeValue.Kind {
        let start = self.token
        guard start.kind == .value, let kind = AttributeValue.Kind(rawValue: try self.value().string ?? "") else {
            let kinds = AttributeValue.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure("The type must be a :value, an S with one of \(kinds).", at: start.position)
        }
        return kind
    }

    private mutating func value() throws(Failure) -> AttributeValue {
        let start = self.token
        guard let value = self.values[start.text] else {
            throw Failure("\(start.text.quoted) is missing from values.", at: start.position)
        }
        self.used.insert(start.text)
        try self.advance()
        return value
    }

    private mutating func path() throws(Failure) -> AttributePath {
        var path = AttributePath(try self.name("an attribute"))
        while true {
            if try self.accept(".") {
                path.steps.append(.key(try self.name("a name")))
            } else if try self.accept("[") {
                guard self.token.kind == .number, let position = Int(self.token.text) else {
                    throw self.expected("a list position from 0 to \(Int.max)")
                }
                try self.advance()
                try self.expect("]")
                path.steps.append(.index(position))
            } else {
                return path
            }
        }
    }

    private mutating func name(_ what: String) throws(Failure) -> String {
        let start = self.token
        guard start.kind == .word || start.kind == .name else { throw self.expectedName(what) }
        guard let name = start.kind == .word ? start.text : self.names[start.text] else {
            throw Failure("\(start.text.quoted) is missing from names.", at: start.position)
        }
        self.used.insert(start.text)
        try self.advance()
        return name
    }

    /// The condition, if the limits allow it: checked part by part for the place, as a whole for the operators.
    private func validated(_ condition: Condition, at position: Int?) throws(Failure) -> Condition {
        do throws(ValidationError) {
            try ExpressionValidator.validate(condition)
            return condition
        } catch {
            throw Failure(error.message, at: position)
        }
    }

    private mutating func descend(at position: Int) throws(Failure) {
        self.depth += 1
        guard self.depth <= ItemLimits.operators else {
            throw Failure(
                "Parentheses and NOT nest deeper than the \(ItemLimits.operators) levels allowed.",
                at: position
            )
        }
    }

    private mutating func advance() throws(Failure) {
        self.token = try self.tokenizer.next()
    }

    /// Reads a keyword or sign if it is the next.
    private mutating func accept(_ text: String) throws(Failure) -> Bool {
        guard self.token.text == text else { return false }
        try self.advance()
        return true
    }

    /// Reads a keyword or sign that must be the next.
    private mutating func expect(_ text: String) throws(Failure) {
        guard try self.accept(text) else { throw self.expected(text.quoted) }
    }

    /// Reads a sign that must follow an argument.
    private mutating func expect(_ text: String, in function: String, with count: String) throws(Failure) {
        guard try self.accept(text) else { throw self.expected("\(text.quoted), as \(function) has \(count)") }
    }

    private func expected(_ what: String) -> Failure {
        Failure("Expected \(what); found \(self.token).", at: self.token.position)
    }

    private func expectedName(_ what: String) -> Failure {
        var failure = self.expected(what)
        if self.token.kind == .keyword { failure.message += " An attribute of that name is given as #name." }
        return failure
    }
}
