/// The name of an entry or the position of an element, in coding paths.
struct PartKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) {
        self.stringValue = name
        self.intValue = nil
    }

    init(_ position: Int) {
        self.stringValue = String(position)
        self.intValue = position
    }

    init(stringValue: String) { self.init(stringValue) }
    init(intValue: Int) { self.init(intValue) }
}
