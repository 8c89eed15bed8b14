internal import RegionKitCore

/// What the loop knows about a server.
final class HTTPHost {
    private static let addressLimit = 4

    /// Transfers under way.
    var active = 0
    /// Requests that wait for one of those to end, the oldest first.
    var waiting: [HTTPClient.Mailbox.Exchange] = []
    /// Where connections were made, the latest first: to go on with when the name does not resolve.
    private(set) var addresses: [String] = []

    init(addresses: [String]) {
        self.addresses = addresses
    }

    var isIdle: Bool { self.active == 0 && self.waiting.isEmpty }

    func remember(_ address: String) {
        guard self.addresses.first != address else { return }
        self.addresses.removeAll { $0 == address }
        self.addresses.insert(address, at: 0)
        self.addresses = Array(self.addresses.prefix(Self.addressLimit))
    }
}
