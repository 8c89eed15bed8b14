/// A queue whose ends are both cheap.
struct RedisQueue<Element> {
    private var elements: [Element?] = []
    /// Where the first element is; those before were taken.
    private var head = 0

    var count: Int { self.elements.count - self.head }

    var isEmpty: Bool { self.head == self.elements.count }

    var first: Element? { self.isEmpty ? nil : self.elements[self.head] }

    mutating func append(_ element: Element) {
        self.elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard !self.isEmpty else { return nil }
        let element = self.elements[self.head].take()
        self.head += 1
        if self.isEmpty {
            self.elements.removeAll(keepingCapacity: true)
            self.head = 0
        } else if self.head >= 64, self.head * 2 >= self.elements.count {
            self.elements.removeFirst(self.head)
            self.head = 0
        }
        return element
    }

    /// Takes all elements.
    mutating func removeAll() -> [Element] {
        defer { self = RedisQueue() }
        return self.elements[self.head...].compactMap(\.self)
    }

    /// Takes the elements that a condition holds for; the others keep their order.
    mutating func removeAll(where condition: (Element) -> Bool) -> [Element] {
        let all = self.removeAll()
        var taken: [Element] = []
        for element in all {
            if condition(element) { taken.append(element) } else { self.append(element) }
        }
        return taken
    }

    /// Changes the first element that a change is made to; true when there is one.
    mutating func changeFirst(_ change: (inout Element) -> Bool) -> Bool {
        for index in self.head..<self.elements.count {
            guard var element = self.elements[index], change(&element) else { continue }
            self.elements[index] = element
            return true
        }
        return false
    }

    /// Calls a function with every element, in order.
    func forEach(_ body: (Element) -> Void) {
        for element in self.elements[self.head...] { element.map(body) }
    }
}
