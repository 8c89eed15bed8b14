/// One place of a configuration: its path, for errors, and what was found there.
package struct ConfigurationField: Sendable {
    package let path: String
    package let value: JSON
    /// Whether it is an environment variable: those hold texts alone.
    var isVariable = false

    init(path: String, value: JSON, isVariable: Bool = false) {
        (self.path, self.value, self.isVariable) = (path, value, isVariable)
    }

    /// A document itself.
    package init(document json: [UInt8]) throws(ConfigurationError) {
        do throws(JSONParser.Problem) {
            self.init(path: "", value: try JSONParser.parse(json))
        } catch {
            throw ConfigurationError(field: "line \(error.line), column \(error.column)", error.message)
        }
    }

    package func error(_ allowed: String) -> ConfigurationError {
        let found =
            switch self.value {
            case .null: "null"
            case .bool, .integer, .number, .decimal: "\(self.value)"
            case .string(let text): text.utf8.count <= 64 ? "\(self.value)" : "a text of \(text.utf8.count) bytes"
            case .array: "a list"
            case .object: "an object"
            }
        let field = self.path.isEmpty ? "the document" : self.path
        return ConfigurationError(field: field, "found \(found); allowed is \(allowed)")
    }

    /// The members of an object that has no others than the names given; null counts as missing.
    package func members(_ names: [String]) throws(ConfigurationError) -> [String: ConfigurationField] {
        guard case .object(let members) = self.value else {
            throw self.error("an object with \(names.joined(separator: ", "))")
        }
        var fields: [String: ConfigurationField] = [:]
        for member in members {
            let path = self.path.isEmpty ? member.name : "\(self.path).\(member.name)"
            guard names.contains(member.name) else {
                let message = "unknown field" + member.name.suggestion(from: names, else: "; known are ")
                throw ConfigurationError(field: path, message)
            }
            guard member.value != .null else { continue }
            fields[member.name] = ConfigurationField(path: path, value: member.value)
        }
        return fields
    }

    package var elements: [ConfigurationField] {
        get throws(ConfigurationError) {
            guard case .array(let values) = self.value else { throw self.error("a list") }
            return values.enumerated().map { ConfigurationField(path: "\(self.path)[\($0)]", value: $1) }
        }
    }

    package var text: String {
        get throws(ConfigurationError) {
            guard case .string(let text) = self.value, !text.isEmpty else { throw self.error("a text") }
            return text
        }
    }

    package var integer: Int {
        get throws(ConfigurationError) {
            switch self.value {
            case .integer(let number): return number
            case .string(let text) where self.isVariable:
                if let number = Int(text) { return number }
            default: break
            }
            throw self.error("a whole number")
        }
    }

    /// A number, whole or not.
    package var number: Double {
        get throws(ConfigurationError) {
            switch self.value {
            case .integer(let number): return Double(number)
            case .decimal(let number): return number.double
            case .string(let text) where self.isVariable:
                if let number = Number(text) { return number.double }
            default: break
            }
            throw self.error("a number")
        }
    }

    /// A number with a unit; in the environment seconds may go without.
    package var duration: Duration {
        get throws(ConfigurationError) {
            let allowed = "a number with a unit (ms, s, m or h), for example \"30s\""
            guard case .string(let text) = self.value else { throw self.error(allowed) }
            if let duration = Duration(text: text) { return duration }
            if self.isVariable, let duration = Duration(text: text + "s") { return duration }
            throw self.error(self.isVariable ? "a number of seconds, or a number with a unit (ms, s, m or h)" : allowed)
        }
    }

    package var bool: Bool {
        get throws(ConfigurationError) {
            guard case .bool(let value) = self.value else { throw self.error("true or false") }
            return value
        }
    }

    /// The value that a name stands for.
    package func choice<Value>(_ choices: [(name: String, value: Value)]) throws(ConfigurationError) -> Value {
        let names = choices.map { "\"\($0.name)\"" }.joined(separator: ", ")
        guard case .string(let text) = self.value else { throw self.error(names) }
        guard let choice = choices.first(where: { $0.name == text }) else {
            guard let near = text.nearest(among: choices.map(\.name)) else { throw self.error(names) }
            throw self.error("\(names); did you mean \"\(near)\"?")
        }
        return choice.value
    }
}

extension [String: ConfigurationField] {
    /// A member that must be there.
    package func required(
        _ name: String,
        in owner: ConfigurationField,
        _ allowed: String
    ) throws(ConfigurationError) -> ConfigurationField {
        guard let field = self[name] else {
            let path = owner.path.isEmpty ? name : "\(owner.path).\(name)"
            throw ConfigurationError(field: path, "missing; needed is \(allowed)")
        }
        return field
    }
}
