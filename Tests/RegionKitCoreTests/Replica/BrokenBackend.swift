import RegionKitCore

/// A backend that bends requests, contexts or responses on their way, to prove that a suite notices.
struct BrokenBackend: RegionBackend {
    var base: any RegionBackend
    var bendRequest: @Sendable (BackendRequest) -> BackendRequest = { $0 }
    var bendContext: @Sendable (AttemptContext) -> AttemptContext = { $0 }
    var bendResponse: @Sendable (BackendResponse) -> BackendResponse = { $0 }

    var capabilities: BackendCapabilities { self.base.capabilities }

    func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        self.bendResponse(try await self.base.perform(self.bendRequest(request), in: self.bendContext(context)))
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        try await self.base.probe(in: context)
    }

    func shutdown() async {
        await self.base.shutdown()
    }
}

extension BrokenBackend {
    /// Bends queries only.
    func bendingQueries(_ bend: @escaping @Sendable (inout Query) -> Void) -> BrokenBackend {
        self.bending { request in
            guard case .query(var query) = request else { return request }
            bend(&query)
            return .query(query)
        }
    }

    /// Bends single writes only.
    func bendingWrites(_ bend: @escaping @Sendable (inout Write) -> Void) -> BrokenBackend {
        self.bending { request in
            guard case .write(var write) = request else { return request }
            bend(&write)
            return .write(write)
        }
    }

    func bending(_ bend: @escaping @Sendable (BackendRequest) -> BackendRequest) -> BrokenBackend {
        var copy = self
        copy.bendRequest = bend
        return copy
    }

    func bendingContexts(_ bend: @escaping @Sendable (inout AttemptContext) -> Void) -> BrokenBackend {
        var copy = self
        copy.bendContext = { context in
            var context = context
            bend(&context)
            return context
        }
        return copy
    }

    func bendingPages(_ bend: @escaping @Sendable (inout Page) -> Void) -> BrokenBackend {
        var copy = self
        copy.bendResponse = { response in
            guard case .page(var page) = response else { return response }
            bend(&page)
            return .page(page)
        }
        return copy
    }
}
