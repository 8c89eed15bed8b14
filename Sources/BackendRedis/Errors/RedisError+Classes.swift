internal import RegionKitCore

// The one place where Redis's errors are given a class.
extension RedisError {
    private typealias Verdict = (failure: FailureClass, code: ErrorCode)

    /// The verdict on each code of an error reply that means that nothing was done.
    ///
    /// Not here, so unknown on a write: ERR and WRONGTYPE, which may come from the middle of a script.
    private static let verdicts: [String: Verdict] = {
        let table: [(FailureClass, ErrorCode, String)] = [
            (.readOnly, .readOnly, "READONLY"),
            (
                .unavailable, .unavailable,
                "LOADING MASTERDOWN NOREPLICAS MISCONF BUSY OOM NOSCRIPT CLUSTERDOWN TRYAGAIN MOVED ASK CROSSSLOT"
            ),
            (.unavailable, .accessDenied, "DENIED"),
            (.rejected, .accessDenied, "NOPERM NOAUTH WRONGPASS"),
        ]
        return table.reduce(into: [:]) { verdicts, row in
            for name in row.2.split(separator: " ") { verdicts[String(name)] = (row.0, row.1) }
        }
    }()

    /// What to do about an error reply, where the server's own words do not say it.
    private static let advice: [String: String] = [
        "READONLY": "The server is a replica: give the region its master's address.",
        "MASTERDOWN": "The server is a replica without its master, and is set to serve no old data.",
        "OOM": "The server's maxmemory is reached: raise it, or remove items.",
        "MISCONF": "The server cannot save its data: look at its disk and its log.",
        "NOREPLICAS": "Too few of the server's own replicas are connected.",
        "MOVED": "The server is a node of a cluster that has this region's keys elsewhere: give that node's address.",
        "CLUSTERDOWN": "The server is a node of a cluster that is not complete.",
        "BUSY": "Somebody's script keeps the server from answering.",
        "NOPERM": "Give the user the rights that RedisAccess.rule(namespace:) lists.",
        "NOAUTH": "The server wants a password.",
        "WRONGPASS": "Look at the user and the password that the region is given.",
        "DENIED": "Set a password or an ACL user, or bind the server to an address that only its clients reach.",
    ]

    /// The code of an error reply, `READONLY` for example.
    private var replyCode: String? {
        guard self.kind == .reply else { return nil }
        return self.message.split(separator: " ", maxSplits: 1).first.map(String.init)
    }

    /// Whether the server does not know the script, and so did nothing.
    var isUnknownScript: Bool { self.replyCode == "NOSCRIPT" }

    /// What the error means for an operation of a kind.
    ///
    /// A server that does not let the connection in is like one that cannot be reached: no operation of any caller can
    /// succeed there, another region may serve.
    func backendError(for kind: OperationKind, in region: Region) -> BackendError {
        let unknown: Verdict = (.unknownOutcome, .outcomeUnknown)
        let (failure, code): Verdict =
            switch self.kind {
            case .notConnected: (.notSent, .unavailable)
            case .notAdmitted: (.notSent, .accessDenied)
            case .overloaded: (.overloaded, .overloaded)
            case .reply:
                self.replyCode.flatMap { Self.verdicts[$0] }
                    ?? (kind == .write ? unknown : (.unavailable, .unavailable))
            case .malformedReply: kind == .write ? unknown : (.unavailable, .protocolViolation)
            case .timeout: (self.mayHaveBeenSent ? .unknownOutcome : .notSent, .deadlineExceeded)
            case .cancelled: (self.mayHaveBeenSent ? .unknownOutcome : .notSent, .cancelled)
            case .closed: (self.mayHaveBeenSent ? .unknownOutcome : .notSent, .closed)
            case .connectionLost:
                self.mayHaveBeenSent
                    ? (kind == .write ? unknown : (.unknownOutcome, .unavailable)) : (.notSent, .unavailable)
            }
        // One that is not let in is told the server's words after the reason.
        let words = self.kind == .notAdmitted ? self.message.split(separator: " ").map(String.init) : []
        let name = self.replyCode ?? words.first { Self.advice[$0] != nil }
        let advice = name.flatMap { Self.advice[$0] }.map { " \($0)" } ?? ""
        return BackendError(failure, code, "Region \(region): \(self.message)\(advice)")
    }
}
