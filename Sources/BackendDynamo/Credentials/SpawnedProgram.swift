internal import Foundation

/// A running program whose standard output can be read; killed with its children when the value goes.
///
/// `Foundation.Process` is not used because it learns of the end from a socket that the program's children inherit, and
/// so not as long as one of them lives. <https://man7.org/linux/man-pages/man3/posix_spawn.3.html>
struct SpawnedProgram: ~Copyable {
    private let id: pid_t
    private let output: Int32
    private var status: Int32?

    /// Starts a program in a process group of its own, with an empty standard input and its errors dropped.
    ///
    /// Nil when it cannot be started.
    init?(_ path: String, _ arguments: [String], _ environment: [String]) {
        // A text would end at the zero.
        guard !(arguments + environment).contains(where: { $0.utf8.contains(0) }) else { return nil }
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        defer { close(ends[1]) }

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // The program has no business with the connections and files of this process.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for file in open.compactMap({ Int32($0) }) where file > 2 {
            unsafe posix_spawn_file_actions_addclose(&actions, file)
        }

        // Threads of the runtime block signals, and this process may ignore some; neither is meant for the program.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        )

        var argumentList = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var environmentList = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe (argumentList + environmentList).forEach { unsafe free($0) } }
        var id: pid_t = 0
        guard unsafe posix_spawn(&id, path, &actions, &attributes, &argumentList, &environmentList) == 0,
            fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0
        else {
            close(ends[0])
            return nil
        }
        self.id = id
        self.output = ends[0]
    }

    deinit {
        close(self.output)
        // One that may not be killed, because it runs for another user, is not waited for either.
        guard self.status == nil, kill(-self.id, SIGKILL) == 0 else { return }
        waitpid(self.id, nil, 0)
    }

    /// How it ended, 128 and more for a signal; nil while it runs.
    mutating func exitStatus() -> Int32? {
        var raw: Int32 = 0
        if self.status == nil, unsafe waitpid(self.id, &raw, WNOHANG) == self.id {
            self.status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        }
        return self.status
    }

    /// Appends what it has printed since, up to a number of bytes in all.
    func read(into bytes: inout [UInt8], limit: Int) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < limit {
            let wanted = min(buffer.count, limit - bytes.count)
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe Foundation.read(self.output, buffer.baseAddress, wanted)
            }
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
    }
}
