internal import Foundation
internal import RegionKitCore

extension Failure {
    /// A file that cannot be used as the caller wants, with what the system says now.
    static func file(_ name: String, _ what: String) -> Failure {
        .usage("\(name) \(what): \(unsafe String(cString: strerror(errno))).")
    }

    /// Something that could not be written, with what the system says now.
    static func output(_ name: String) -> Failure {
        Failure(.no, .unavailable, "\(name) cannot be written: \(unsafe String(cString: strerror(errno))).")
    }
}
