internal import RegionKitCore
internal import Worksets

/// Why a command ended without doing its work.
struct Failure: Error, Sendable {
    var exit: ExitCode
    var code: ErrorCode
    var message: String
    var region: Region?
    var attempts: [Attempt] = []

    init(_ exit: ExitCode, _ code: ErrorCode, _ message: String) {
        self.exit = exit
        self.code = code
        self.message = message
    }

    /// Wrong words on the command line.
    static func usage(_ message: String) -> Failure {
        Failure(.usage, .validation, message)
    }

    /// Whatever a command threw.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as ConfigurationError: self.init(.usage, .validation, error.description)
        case let error as RegionError: self.init(error)
        case let error as WorksetError: self = error.cause.map(Failure.init) ?? .init(.no, .validation, error.message)
        case let error as BackendError:
            self.init(error.failure == .rejected ? .usage : .noRegion, error.code, error.message)
        case is CancellationError: self.init(.interrupted, .cancelled, "Interrupted.")
        default: self.init(.no, .unavailable, "\(error)")
        }
    }

    /// What an interrupted command threw: of a write that had begun all that is known, else only that.
    init(interruptedBy error: any Error) {
        guard let error = error as? RegionError, error.operation != nil, !error.attempts.isEmpty else {
            self.init(CancellationError())
            return
        }
        self.init(error)
        self.exit = .interrupted
    }

    private init(_ error: RegionError) {
        let exit: ExitCode =
            switch error.code {
            case .conditionFailed: .no
            case .validation, .unsupported, .idempotencyMismatch: .usage
            case .outcomeUnknown: .outcomeUnknown
            case .cancelled: .interrupted
            default: .noRegion
            }
        self.init(exit, error.code, error.message)
        self.region = error.region
        self.attempts = error.attempts
    }

    /// The form of an error in `--json` output.
    var json: JSON {
        [
            "error": [
                "code": .string(self.code.name),
                "message": .string(self.message),
                "region": self.region.map { .string($0.name) } ?? .null,
                "attempts": .array(self.attempts.map(\.json)),
            ]
        ]
    }
}

extension Attempt {
    /// The form of an attempt in `--json` output.
    var json: JSON {
        [
            "region": .string(self.region.name),
            "class": .string(self.failure?.rawValue ?? "ok"),
            "ms": .number(self.duration.milliseconds),
        ]
    }
}
