/// How urgent a workset is.
///
/// A table that other clients write too may hold further priorities; they are kept as they are.
public struct WorksetPriority: RawRepresentable, Hashable, Sendable {
    /// The priority as it is stored.
    public let rawValue: String

    /// Names a priority.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Before all others.
    public static let urgent = WorksetPriority(rawValue: "urgent")
    /// The default.
    public static let normal = WorksetPriority(rawValue: "normal")
    /// After all others.
    public static let low = WorksetPriority(rawValue: "low")
}

extension WorksetPriority: CaseIterable {
    /// The three priorities of this library, most urgent first.
    public static let allCases: [WorksetPriority] = [.urgent, .normal, .low]
}

extension WorksetPriority: CustomStringConvertible {
    /// The priority as it is stored.
    public var description: String { self.rawValue }
}
