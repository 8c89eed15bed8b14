import RegionKitCore

extension Result where Failure == any Error {
    /// What an asynchronous call gave or threw.
    init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }

    /// The backend's error; nil for a success.
    var failure: BackendError? {
        if case .failure(let error) = self { error as? BackendError } else { nil }
    }
}
