import RegionKitCore
import Synchronization

/// Keeps what a replicator reports, as text.
final class EventRecorder: Sendable {
    private let entries = Mutex<[String]>([])

    var events: [String] { self.entries.withLock { $0 } }

    func record(_ event: ReplicatorEvent) {
        let text =
            switch event {
            case .unreachable(let region, let error): "unreachable \(region): \(error.failure.rawValue)"
            case .serving(let region): "serving \(region)"
            case .lost(let region, let loss): "lost \(region): \(loss.rawValue)"
            case .merged(let region, let peers): "merged \(region) from \(peers.map(\.name).joined(separator: ","))"
            case .waiting(let region): "waiting \(region)"
            case .linkFailed(let source, let target, let error):
                "failed \(source)>\(target): \(error.failure.rawValue)"
            case .linkRecovered(let source, let target): "recovered \(source)>\(target)"
            case .leaseTaken(let source, let target): "taken \(source)>\(target)"
            case .leaseLost(let source, let target): "lost \(source)>\(target)"
            }
        self.entries.withLock { $0.append(text) }
    }
}
