/// A response that may hold credentials; its description shows the status alone.
struct CredentialResponse: Sendable {
    var status: Int
    var body: [UInt8]
}

extension CredentialResponse: CustomStringConvertible, CustomReflectable {
    var description: String { "status \(self.status)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
