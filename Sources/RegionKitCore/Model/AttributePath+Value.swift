extension AttributePath {
    /// What stands at this place of an item; nil when nothing does.
    package func value(in item: Item) -> AttributeValue? {
        var value = item[self.attribute]
        for step in self.steps {
            switch (value, step) {
            case (.map(let entries), .key(let name)): value = entries[name]
            case (.list(let elements), .index(let position)):
                value = elements.indices.contains(position) ? elements[position] : nil
            default: return nil
            }
        }
        return value
    }

    /// Stores a value at this place of an item, or removes what stands there.
    ///
    /// A list grows by one when the position lies beyond its end. An error when there is no map or list to store in.
    func store(_ value: AttributeValue?, in item: inout Item) throws(ValidationError) {
        try self.store(value, at: self.steps[...], in: &item[self.attribute])
    }

    private func store(
        _ value: AttributeValue?,
        at steps: ArraySlice<Step>,
        in place: inout AttributeValue?
    ) throws(ValidationError) {
        guard let step = steps.first else {
            place = value
            return
        }
        switch (place, step) {
        case (.map(var entries), .key(let name)):
            place = nil  // so that the entries are not copied
            try self.store(value, at: steps.dropFirst(), in: &entries[name])
            place = .map(entries)
        case (.list(var elements), .index(let position)) where elements.indices.contains(position):
            place = nil
            var element: AttributeValue? = elements[position]
            try self.store(value, at: steps.dropFirst(), in: &element)
            if let element { elements[position] = element } else { elements.remove(at: position) }
            place = .list(elements)
        case (.list(let elements), .index) where steps.count == 1:
            if let value { place = .list(elements + [value]) }
        default: throw self.hasNoParent
        }
    }

    /// Checks that there is a map or list around this place.
    func validateParent(in item: Item) throws(ValidationError) {
        guard let step = self.steps.last else { return }
        switch (AttributePath(self.attribute, self.steps.dropLast()).value(in: item), step) {
        case (.map, .key), (.list, .index): return
        default: throw self.hasNoParent
        }
    }

    private var hasNoParent: ValidationError {
        ValidationError("The update changes \(self.description.quoted), but the item has no map or list to hold that.")
    }

    /// Whether this place comes before another: list positions by number, names by UTF-8.
    func precedes(_ other: AttributePath) -> Bool {
        guard self.attribute == other.attribute else { return self.attribute.precedesInBytes(other.attribute) }
        return self.steps.lexicographicallyPrecedes(other.steps) { lhs, rhs in
            switch (lhs, rhs) {
            case (.index(let lhs), .index(let rhs)): lhs < rhs
            case (.key(let lhs), .key(let rhs)): lhs.precedesInBytes(rhs)
            case (.index, .key): true
            case (.key, .index): false
            }
        }
    }
}
