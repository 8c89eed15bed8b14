public import RegionKitCore

/// Why an operation on worksets failed.
public struct WorksetError: Error, Sendable {
    /// What went wrong, for programs; codes may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let name: String

        /// There is no such workset: a region answered so; never said for want of an answer.
        public static let notFound = Code(name: "notFound")
        /// The workset's state does not allow the transition.
        public static let illegalTransition = Code(name: "illegalTransition")
        /// The lock that the operation relied on is gone.
        public static let lockLost = Code(name: "lockLost")
        /// Others kept changing the workset; trying again makes sense.
        public static let contention = Code(name: "contention")
        /// An argument breaks a rule of the operation.
        public static let invalidArgument = Code(name: "invalidArgument")
        /// A stored workset lacks a required attribute.
        public static let unreadable = Code(name: "unreadable")
        /// The change may or may not have been done: read the workset before anything else.
        public static let outcomeUnknown = Code(name: "outcomeUnknown")
        /// The store could not do it; ``WorksetError/cause`` tells why.
        public static let store = Code(name: "store")

        /// The name.
        public var description: String { self.name }
    }

    /// What went wrong, for programs.
    public var code: Code
    /// What went wrong, for people.
    public var message: String
    /// The store's own error, with every attempt in every region.
    public var cause: RegionError?

    /// Creates an error.
    public init(_ code: Code, _ message: String, cause: RegionError? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    init(_ error: RegionError) {
        self.init(error.code == .outcomeUnknown ? .outcomeUnknown : .store, error.message, cause: error)
    }

    static func notFound(in region: Region?) -> WorksetError {
        WorksetError(.notFound, "the workset does not exist\(region.map { " in \($0)" } ?? "")")
    }

    static func unreadable(_ attribute: String) -> WorksetError {
        WorksetError(.unreadable, "the stored workset has no readable attribute \(attribute)")
    }
}

extension WorksetError: CustomStringConvertible {
    /// Code and message.
    public var description: String { "\(self.code): \(self.message)" }
}
