internal import RegionKitCore

/// Which addresses a host may resolve to; asked for each one before a connection to it is opened.
struct AddressRule: Hashable, Sendable {
    /// Whether the connection goes without TLS: then loopback and the exceptions alone will do.
    var isPlainText: Bool
    /// Addresses that may be used although the rule speaks against them: those of a metadata service, for its client.
    var exceptions: Set<IPAddress> = []

    /// Checks one address of a host.
    func check(_ address: IPAddress, of host: String) throws(EndpointError) {
        guard !self.exceptions.contains(address) else { return }
        guard !address.isRefused else { throw .refusedAddress(host) }
        guard !self.isPlainText || address.isLoopback else { throw .plainText(host) }
    }
}
