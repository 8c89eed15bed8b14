extension Command {
    static let replicate = Command(
        "replicate",
        "Carries changes between the regions until it is stopped.",
        discussion: """
            For SQLite regions. Any number of processes may do so; each link is carried by one of them, and another one \
            takes over within seconds when that ends. A region that cannot be opened is tried again, at most 30 s \
            apart. On a terminal the links are shown, elsewhere a line for each thing that happens. SIGTERM stops it \
            with exit code 0, Ctrl-C with 130; with --json the document follows then.
            """
    ) { invocation in
        try await ReplicationDaemon(invocation).run()
    }
}
