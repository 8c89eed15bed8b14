/// A place in the item under construction: containers that were handed out keep writing to it.
final class EncodedNode {
    /// What stands there so far.
    enum Content {
        /// Nothing: the place is left out.
        case nothing
        /// A finished value.
        case value(AttributeValue)
        /// Elements of a list.
        case list([EncodedNode])
        /// Entries of a map.
        case map([String: EncodedNode])
    }

    var content: Content = .nothing

    /// The value that stands there; nil for none.
    var value: AttributeValue? {
        switch self.content {
        case .nothing: nil
        case .value(let value): value
        case .list(let nodes): .list(nodes.compactMap(\.value))
        case .map(let nodes): .map(nodes.compactMapValues(\.value))
        }
    }

    /// How many elements the list has.
    var count: Int {
        if case .list(let nodes) = self.content { nodes.count } else { 0 }
    }

    /// Makes the place a map unless it is one.
    func becomeMap() {
        if case .map = self.content { return }
        self.content = .map([:])
    }

    /// Makes the place a list unless it is one.
    func becomeList() {
        if case .list = self.content { return }
        self.content = .list([])
    }

    /// The place of an entry, made when there is none.
    func entry(_ name: String) -> EncodedNode {
        guard case .map(var nodes) = self.content else { return EncodedNode() }
        let node = nodes[name] ?? EncodedNode()
        self.content = .nothing  // so that the nodes are not copied
        nodes[name] = node
        self.content = .map(nodes)
        return node
    }

    /// The place of a new element.
    func element() -> EncodedNode {
        guard case .list(var nodes) = self.content else { return EncodedNode() }
        let node = EncodedNode()
        self.content = .nothing
        nodes.append(node)
        self.content = .list(nodes)
        return node
    }
}
