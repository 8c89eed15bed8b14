extension RequestDigest {
    mutating func add(_ write: Write) {
        switch write.action {
        case .put(let item):
            self.add(1)
            self.add(item)
        case .update(let key, let update):
            self.add(2)
            self.add(key)
            self.add(update.actions) { $0.add($1) }
        case .delete(let key):
            self.add(3)
            self.add(key)
        case .check(let key):
            self.add(4)
            self.add(key)
        }
        if let condition = write.condition { self.add(condition) }
    }

    private mutating func add(_ action: Update.Action) {
        switch action {
        case .set(let path, let expression):
            self.add(1)
            self.add(path)
            self.add(expression)
        case .remove(let path):
            self.add(2)
            self.add(path)
        case .add(let path, let value):
            self.add(3)
            self.add(path)
            self.add(value)
        case .delete(let path, let value):
            self.add(4)
            self.add(path)
            self.add(value)
        }
    }

    private mutating func add(_ expression: Update.Expression) {
        switch expression {
        case .value(let value):
            self.add(1)
            self.add(value)
        case .path(let path):
            self.add(2)
            self.add(path)
        case .ifNotExists(let path, let other):
            self.add(3)
            self.add(path)
            self.add(other)
        case .plus(let left, let right): self.add(4, left, right)
        case .minus(let left, let right): self.add(5, left, right)
        case .listAppend(let left, let right): self.add(6, left, right)
        }
    }

    private mutating func add(_ tag: Int, _ left: Update.Expression, _ right: Update.Expression) {
        self.add(tag)
        self.add(left)
        self.add(right)
    }

    private mutating func add(_ condition: Condition) {
        switch condition {
        case .compare(let left, let comparison, let right):
            self.add(1)
            self.add(comparison.rawValue)
            self.add([left, right]) { $0.add($1) }
        case .between(let operand, let lower, let upper):
            self.add(2)
            self.add([operand, lower, upper]) { $0.add($1) }
        case .isIn(let operand, let choices):
            self.add(3)
            self.add([operand] + choices) { $0.add($1) }
        case .exists(let path):
            self.add(4)
            self.add(path)
        case .hasType(let path, let kind):
            self.add(5)
            self.add(path)
            self.add(kind.rawValue)
        case .beginsWith(let path, let operand):
            self.add(6)
            self.add(path)
            self.add(operand)
        case .contains(let path, let operand):
            self.add(7)
            self.add(path)
            self.add(operand)
        case .and(let left, let right):
            self.add(8)
            self.add(left)
            self.add(right)
        case .or(let left, let right):
            self.add(9)
            self.add(left)
            self.add(right)
        case .not(let other):
            self.add(10)
            self.add(other)
        }
    }

    private mutating func add(_ operand: Condition.Operand) {
        switch operand {
        case .path(let path):
            self.add(1)
            self.add(path)
        case .value(let value):
            self.add(2)
            self.add(value)
        case .size(let path):
            self.add(3)
            self.add(path)
        }
    }

    private mutating func add(_ path: AttributePath) {
        self.add(path.attribute)
        self.add(path.steps) { digest, step in
            switch step {
            case .key(let name):
                digest.add(1)
                digest.add(name)
            case .index(let position):
                digest.add(2)
                digest.add(position)
            }
        }
    }
}
