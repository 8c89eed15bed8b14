public import RegionKitCore

/// Some worksets of a longer list.
public struct WorksetPage: Hashable, Sendable {
    /// The worksets.
    public var worksets: [Workset]
    /// Where to go on; nil when there is no more.
    ///
    /// A page may be empty and still have a successor.
    public var next: PageToken?

    /// Creates a page.
    public init(worksets: [Workset], next: PageToken? = nil) {
        self.worksets = worksets
        self.next = next
    }
}
