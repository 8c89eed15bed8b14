internal import Dispatch

extension DispatchQueue {
    /// Does work that may block its thread, a read from a pipe for example, away from the threads of the tasks.
    func blocking<Value: Sendable, Problem: Error>(
        _ work: @escaping @Sendable () throws(Problem) -> Value
    ) async -> Result<Value, Problem> {
        await withCheckedContinuation { continuation in
            self.async {
                do throws(Problem) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
    }
}
