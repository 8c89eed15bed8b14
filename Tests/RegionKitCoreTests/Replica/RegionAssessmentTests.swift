import Testing

@testable import RegionKitCore

struct RegionAssessmentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var region = RegionAssessmentTests.status("a")
        var hasPeers = true
        var peers: [RegionAssessment.Peer] = []
        var isComplete = false
        var step: RegionAssessment.Step
    }

    static let cases: [Case] = [
        Case(
            testDescription: "alone and new: ready at once",
            region: status("a", isReady: false),
            hasPeers: false,
            step: .markReady
        ),
        Case(testDescription: "alone and ready", hasPeers: false, step: .serve),
        Case(
            testDescription: "new among empty peers: ready at once",
            region: status("a", isReady: false),
            peers: [peer(status("b", isReady: false)), peer(status("c"))],
            step: .markReady
        ),
        Case(
            testDescription: "new, no peer answers: waits",
            region: status("a", isReady: false),
            step: .wait
        ),
        Case(
            testDescription: "new among peers with data: merges",
            region: status("a", isReady: false),
            peers: [peer(status("b", rows: true)), peer(status("c", rows: true))],
            step: .merge(["b", "c"])
        ),
        Case(
            testDescription: "merges from ready peers in reach only",
            region: status("a", isReady: false),
            peers: [
                peer(status("b", isReady: false, rows: true)), peer(status("c", rows: true)),
                peer(status("d", rows: true), canMerge: false),
            ],
            step: .merge(["c"])
        ),
        Case(
            testDescription: "new, no peer with data is ready: waits",
            region: status("a", isReady: false),
            peers: [peer(status("b", isReady: false, rows: true))],
            step: .wait
        ),
        Case(
            testDescription: "ready but empty among peers with data: begins anew",
            peers: [peer(status("b", rows: true))],
            step: .beginIncarnation(.everything)
        ),
        Case(
            testDescription: "ready but empty, and a peer has applied its log: begins anew",
            peers: [peer(status("b", cursors: ["a": cursor(3)]))],
            step: .beginIncarnation(.everything)
        ),
        Case(
            testDescription: "empty, but connected: a peer's first row is just under way",
            region: status("a", cursors: ["b": cursor(0)]),
            peers: [peer(status("b", rows: true, cursors: ["a": cursor(0)]), .continuous, .continuous)],
            step: .serve
        ),
        Case(
            testDescription: "ready and going on: serves",
            region: status("a", rows: true, sequence: 5),
            peers: [peer(status("b", rows: true, cursors: ["a": cursor(4)]), .continuous, .continuous)],
            step: .serve
        ),
        Case(
            testDescription: "its log is behind one peer's cursor: begins anew",
            region: status("a", rows: true, sequence: 5),
            peers: [
                peer(status("b", rows: true), .continuous, .continuous),
                peer(status("c", rows: true), .diverged, .continuous),
            ],
            step: .beginIncarnation(.history)
        ),
        Case(
            testDescription: "its peers collected what it never applied: begins anew",
            region: status("a", rows: true, sequence: 5),
            peers: [peer(status("b", rows: true), .continuous, .gap)],
            step: .beginIncarnation(.leftOut)
        ),
        Case(
            testDescription: "a peer that began anew has collected more: begins anew",
            region: status("a", rows: true, sequence: 5, cursors: ["b": cursor(1)]),
            peers: [peer(status("b", rows: true, floor: 9), .continuous, .unknown)],
            step: .beginIncarnation(.leftOut)
        ),
        Case(
            testDescription: "a peer that began anew has collected as much: serves",
            region: status("a", rows: true, sequence: 5, cursors: ["b": cursor(1)], floor: 9),
            peers: [peer(status("b", rows: true, floor: 9), .continuous, .unknown)],
            step: .serve
        ),
        Case(
            testDescription: "a peer never heard of has collected: serves, and keeps what it has",
            region: status("a", rows: true, sequence: 5),
            peers: [peer(status("b", rows: true, floor: 9))],
            step: .serve
        ),
        Case(
            testDescription: "a peer was left out: that is the peer's matter",
            region: status("a", rows: true, sequence: 5),
            peers: [peer(status("b", rows: true), .gap, .continuous)],
            step: .serve
        ),
        Case(
            testDescription: "restarted, its log goes on from every cursor: ready",
            region: status("a", isReady: false, rows: true, sequence: 5),
            peers: [peer(status("b", rows: true, cursors: ["a": cursor(4)]), .continuous, .continuous)],
            step: .markReady
        ),
        Case(
            testDescription: "restarted with a shorter history: begins anew",
            region: status("a", isReady: false, rows: true, sequence: 5),
            peers: [peer(status("b", rows: true, cursors: ["a": cursor(9)]), .diverged, .continuous)],
            step: .beginIncarnation(.history)
        ),
        Case(
            testDescription: "in the middle of a merge: merges again",
            region: status("a", isReady: false, rows: true, sequence: 5),
            peers: [peer(status("b", rows: true, cursors: ["a": cursor(4)]), .unknown, .unknown)],
            step: .merge(["b"])
        ),
        Case(
            testDescription: "no region takes writes, and all answer: takes over what they have",
            region: status("a", isReady: false, rows: true, sequence: 5, floor: 9),
            peers: [
                peer(status("b", isReady: false, rows: true, floor: 9)),
                peer(status("c", isReady: false, rows: true)),
            ],
            isComplete: true,
            step: .gather(["b", "c"])
        ),
        Case(
            testDescription: "no region takes writes, and a peer has collected more: it is the peer's turn",
            region: status("a", isReady: false, rows: true, sequence: 5, floor: 8),
            peers: [peer(status("b", isReady: false, rows: true, floor: 9))],
            isComplete: true,
            step: .wait
        ),
        Case(
            testDescription: "no region takes writes, and nothing can come from one of them: waits",
            region: status("a", isReady: false, rows: true, sequence: 5),
            peers: [peer(status("b", isReady: false, rows: true), canMerge: false)],
            isComplete: true,
            step: .wait
        ),
    ]

    @Test(arguments: cases)
    func `C5 a region takes writes only when it has what it handed out and what its peers have`(_ entry: Case) {
        var assessment = RegionAssessment(status: entry.region, hasPeers: entry.hasPeers, peers: entry.peers)
        assessment.isComplete = entry.isComplete
        #expect(assessment.step() == entry.step)
    }

    private static func cursor(_ sequence: Int64) -> ReplicaCursor {
        ReplicaCursor(incarnation: 1, sequence: sequence, version: nil)
    }

    private static func status(
        _ region: Region,
        isReady: Bool = true,
        rows: Bool = false,
        sequence: Int64 = 0,
        cursors: [Region: ReplicaCursor] = [:],
        floor: Int64? = nil
    ) -> ReplicaStatus {
        ReplicaStatus(
            region: region,
            isReady: isReady,
            isEmpty: !rows,
            head: Self.cursor(sequence),
            cursors: cursors,
            clock: .zero,
            collectionFloor: floor.map {
                Version(timestamp: HybridTimestamp(milliseconds: $0), origin: Origin("a"))
            },
            parked: 0
        )
    }

    private static func peer(
        _ status: ReplicaStatus,
        _ ownLog: RegionAssessment.Standing = .unknown,
        _ peerLog: RegionAssessment.Standing = .unknown,
        canMerge: Bool = true
    ) -> RegionAssessment.Peer {
        RegionAssessment.Peer(status: status, canMerge: canMerge, ownLog: ownLog, peerLog: peerLog)
    }
}
