internal import Dispatch

extension LoopMailbox: TaskExecutor {
    /// Has a piece of a task run on the loop's thread, or on Dispatch's when the loop is over.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard !self.post(job) else { return }
        DispatchQueue.global().async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
