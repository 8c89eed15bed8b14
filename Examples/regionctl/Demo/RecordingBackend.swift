internal import RegionKitCore

/// Any backend, with every request noted: which region answered, and the version it gave a write.
struct RecordingBackend: RegionBackend {
    let region: Region
    let base: any RegionBackend
    let tally: Tally

    var capabilities: BackendCapabilities { self.base.capabilities }

    func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        let phase = self.tally.phase
        do throws(BackendError) {
            let response = try await self.base.perform(request, in: context)
            self.tally.answered(request.kind, in: self.region, begunIn: phase, at: context.time.now)
            if case .written(let result) = response, let version = result.version {
                OperationTrace.current?.wrote(version, in: self.region)
            }
            return response
        } catch {
            if error.failure.isFault(for: request.kind) {
                self.tally.failed()
            } else {
                self.tally.answered(request.kind, in: self.region, begunIn: phase, at: context.time.now)
            }
            throw error
        }
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        try await self.base.probe(in: context)
    }

    func shutdown() async {
        await self.base.shutdown()
    }
}
