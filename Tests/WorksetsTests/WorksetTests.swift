import Foundation
import RegionKitCore
import Testing

@testable import Worksets

struct WorksetTests {
    /// An item as a table written by other clients holds it.
    static let foreign: Item = [
        "workset_id": "ws-001",
        "state": "in_progress",
        "priority": "urgent",
        "bucket": "my-bucket",
        "prefix": "worksets/ws-001/",
        "created_at": "2024-01-05T12:34:56.123456Z",
        "updated_at": "2024-01-05T12:34:57Z",
        "state_history": [
            ["state": "ready", "timestamp": "2024-01-05T12:34:56.123456Z", "reason": "Initial registration"],
            ["state": "in_progress", "timestamp": "soon", "reason": "started", "progress_step": "staging"],
            "noise",
        ],
        "metadata": ["samples": 3],
        "customer_id": "c-1",
        "error_details": "none yet",
        "cluster_name": "cluster-7",
        "metrics": ["cost": 12],
        "lock_owner": "monitor-1",
        "lock_acquired_at": "2024-01-05T12:34:57.500000Z",
        "lock_expires_at": "2024-01-05T13:34:57.500000Z",
        "preferred_cluster": "cluster-9",
    ]

    @Test
    func `an item of an existing table is read with all it holds`() throws {
        let workset = try Workset(Self.foreign)
        #expect(workset.id == "ws-001")
        #expect(workset.state == .inProgress)
        #expect(workset.priority == .urgent)
        #expect(workset.bucket == "my-bucket")
        #expect(workset.prefix == "worksets/ws-001/")
        #expect(abs(workset.createdAt.timeIntervalSince1970 - 1_704_458_096.123456) < 0.000_01)
        #expect(workset.updatedAt == Date(timeIntervalSince1970: 1_704_458_097))
        #expect(workset.history.map(\.state) == [.ready, .inProgress])
        #expect(workset.history.map(\.timestamp) == [workset.createdAt, nil])
        #expect(workset.history.map(\.reason) == ["Initial registration", "started"])
        #expect(workset.metadata == ["samples": 3])
        #expect(workset.customerID == "c-1")
        #expect(workset.errorDetails == "none yet")
        #expect(workset.clusterName == "cluster-7")
        #expect(workset.metrics == ["cost": 12])
        #expect(workset.lockOwner == "monitor-1")
        #expect(workset.lockAcquiredAt == Date(timeIntervalSince1970: 1_704_458_097.5))
        #expect(workset.lockExpiresAt == Date(timeIntervalSince1970: 1_704_461_697.5))
        #expect(workset.item["preferred_cluster"] == "cluster-9")
    }

    @Test(arguments: ["workset_id", "state", "priority", "bucket", "prefix", "created_at", "updated_at"])
    func `a missing or strange attribute is named, and its value is not told`(name: String) {
        var item = Self.foreign
        for value in [nil, AttributeValue.number(42), name.hasSuffix("_at") ? "yesterday" : nil] {
            item[name] = value
            let error = #expect(throws: WorksetError.self) { try Workset(item) }
            #expect(error?.code == .unreadable)
            #expect(error?.message == "the stored workset has no readable attribute \(name)")
        }
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000000Z"), (1_704_458_096_007, "2024-01-05T12:34:56.007000Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000000Z"), (4_102_444_799_999, "2099-12-31T23:59:59.999000Z"),
    ])
    func `times are written with six digits, so that they sort as text`(milliseconds: Int64, text: String) throws {
        #expect(Timestamp.text(milliseconds: milliseconds) == text)
        let date = try #require(Timestamp.date(text))
        #expect(abs(date.timeIntervalSince1970 * 1000 - Double(milliseconds)) < 0.01)
    }
}
