internal import Synchronization

/// Runs tasks one after the other, and only while a test says so.
///
/// With a ``ManualTime`` a test drives concurrent code step by step and the same way each time: start it with
/// `Task(executorPreference: executor) { … }`, then alternate ``drain()`` and ``ManualTime/advanceToNextSleeper()``.
public final class ManualExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    /// Creates an executor without work.
    public init() {}

    /// Keeps a job until the next ``drain()``.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.jobs.withLock { $0.append(job) }
    }

    /// Runs all jobs, and those that come up meanwhile, in the order in which they came.
    public func drain() {
        while true {
            let jobs = self.jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            guard !jobs.isEmpty else { return }
            for job in jobs {
                // Safe because each job is taken from the queue, and so run, once; nothing else here is beside C.
                unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
            }
        }
    }
}
