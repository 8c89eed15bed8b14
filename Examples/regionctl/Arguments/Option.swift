/// One option of the command line; those of all commands stand in this table.
struct Option: Hashable, Sendable {
    /// Without the dashes.
    let name: String
    /// What stands for its value in the help; nil for an option without one.
    let value: String?
    /// Whether it may be given more than once.
    let isRepeatable: Bool
    let summary: String

    init(_ name: String, value: String? = nil, isRepeatable: Bool = false, _ summary: String) {
        self.name = name
        self.value = value
        self.isRepeatable = isRepeatable
        self.summary = summary
    }

    /// As it is written.
    var usage: String { "--\(self.name)" + (self.value.map { " \($0)" } ?? "") }
}

extension Option {
    static let json = Option("json", "One JSON document on standard output, nothing else.")
    static let help = Option("help", "Shows this text.")
    static let version = Option("version", "Shows the version.")
    static let config = Option(
        "config",
        value: "FILE",
        "The configuration; else the file named by REGIONKIT_CONFIG, else ./regionkit.json."
    )
    static let dir = Option(
        "dir",
        value: "D",
        "The folder for the databases, new, empty or of an earlier demo; else a temporary one."
    )
    static let seed = Option(
        "seed",
        value: "N",
        "Lets the clients choose as in another run; else drawn at random and shown."
    )
    static let keep = Option("keep", "Leaves the databases and their regionkit.json in place.")
    static let sortKey = Option("sort", value: "VALUE", "The sort key's value, in a table that has a sort key.")
    static let sortCondition = Option(
        "sort",
        value: "BOUND",
        "A bound on the sort key: =V, <V, <=V, >V, >=V, A..B (both included) or begins:V."
    )
    static let region = Option("region", value: "R", "The only region that may be asked; else the best one.")
    static let trace = Option("trace", "Tells every attempt on standard error.")
    static let consistent = Option("consistent", "Reads what the region has accepted so far, no older copy.")
    static let item = Option(
        "item",
        value: "JSON",
        "The item as DynamoDB JSON, @FILE to read it from a file, or - for standard input."
    )
    static let plainInput = Option("plain", "The item is ordinary JSON: numbers become N; no sets and no binary.")
    static let plainOutput = Option("plain", "Gives ordinary JSON; refused for items with sets or binary.")
    static let condition = Option(
        "if",
        value: "EXPR",
        "Only if this holds for the stored item, in DynamoDB's syntax: 'attribute_exists(lock) AND hits < :n'."
    )
    static let conditionValue = Option(
        "value",
        value: ":V=JSON",
        isRepeatable: true,
        "What :V in --if stands for, as DynamoDB JSON: ':n={\"N\":\"3\"}'."
    )
    static let attributeName = Option(
        "name",
        value: "#N=NAME",
        isRepeatable: true,
        "What #N stands for: the name of an attribute, whatever characters it holds."
    )
    static let ifNotExists = Option("if-not-exists", "Only if there is no item with this key.")
    static let waitReplicated = Option(
        "wait-replicated",
        "Waits until every region has the write, at most 30 s; those that may lack it then are pending."
    )
    static let set = Option(
        "set",
        value: "A[:T]=V",
        isRepeatable: true,
        "Sets an attribute: text, or type T (S, N, B, BOOL, NULL, M, L, SS, NS or BS) as DynamoDB JSON writes its value."
    )
    static let remove = Option("remove", value: "A", isRepeatable: true, "Removes an attribute.")
    static let add = Option(
        "add",
        value: "A[:T]=V",
        isRepeatable: true,
        "Adds to a number, which counts as 0 where it is missing; or joins elements to a set (SS, NS or BS)."
    )
    static let index = Option("index", value: "I", "The index to ask; else the table.")
    static let descending = Option("desc", "The highest sort key first.")
    static let limit = Option("limit", value: "N", "The most items of this page; else as many as fit in 1 MB.")
    static let next = Option("next", value: "TOKEN", "Goes on where a page ended: what it gave as next.")
    static let duration = Option("for", value: "TIME", "Ends by itself, for example after 30s or 10m.")
    static let link = Option("link", value: "A:B", "The way that changes take from region A to region B.")
    static let benchTime = Option("for", value: "10s", "How long operations begin.")
    static let rate = Option("rate", value: "N", "Operations a second; else as many as the workers can do.")
    static let concurrency = Option(
        "concurrency",
        value: "N",
        "Operations under way at most, 1 to 1024; else 16, or with --rate as many as that may need."
    )
    static let reads = Option("reads", value: "90%", "The share of reads; the others are writes.")
    static let watch = Option("watch", "Goes on until Ctrl-C, and shows what changes.")
}
