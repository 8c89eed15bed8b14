internal import RegionKitCore

/// A call of SQLite that failed.
struct DatabaseFailure: Error {
    /// What SQLite was doing.
    enum Stage: Hashable, Sendable, CaseIterable {
        /// Opening a file, or reading.
        case read
        /// Writing inside a transaction that has not been told to commit.
        case write
        /// The COMMIT itself.
        case commit
    }

    var code: ResultCode
    var message: String
    var stage: Stage
}

extension DatabaseFailure {
    /// What the failure means for the operation: the one place where SQLite's results are classed.
    ///
    /// Before COMMIT the transaction is rolled back, so nothing was applied. A COMMIT that failed may still come true
    /// when the log is recovered, unless another connection was merely in the way.
    func error(in region: Region) -> BackendError {
        let (failure, code) = self.classification
        return BackendError(
            failure,
            code,
            "Region \(region): SQLite failed with code \(self.code.rawValue), \(self.message)."
        )
    }

    private var classification: (FailureClass, ErrorCode) {
        switch (self.code.primary, self.stage) {
        case (.busy, _), (.locked, .read), (.locked, .write): (.throttled, .throttled)
        case (_, .commit): (.unknownOutcome, .outcomeUnknown)
        case (.corrupt, _), (.notADatabase, _): (.unavailable, .corrupt)
        case (.readOnly, _): (.readOnly, .readOnly)
        case (.tooBig, _): (.rejected, .validation)
        case (.permission, _), (.authorization, _): (.unavailable, .accessDenied)
        case (.interrupted, .read): (.unknownOutcome, .deadlineExceeded)
        case (.interrupted, .write): (.unavailable, .deadlineExceeded)
        case (.full, _), (.cannotOpen, _), (.inputOutput, _), (.noMemory, _), (.protocol, _), (.noLargeFiles, _),
            (.schemaChanged, _), (.aborted, _), (_, .read):
            (.unavailable, .unavailable)
        case (_, .write): (.unknownOutcome, .outcomeUnknown)
        }
    }
}
