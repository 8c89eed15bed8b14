/// What a command runs with.
struct Invocation: Sendable {
    let arguments: Arguments
    let console: Console
    let environment: [String: String]
}
