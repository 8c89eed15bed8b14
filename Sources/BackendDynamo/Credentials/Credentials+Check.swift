internal import RegionKitCore

extension Credentials {
    /// Whether they can stand in a header; a line break from a broken file must not begin another one.
    private var areWellFormed: Bool {
        func isToken(_ text: String) -> Bool {
            !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
        return isToken(self.accessKeyID) && !self.secretAccessKey.reveal().isEmpty
            && (self.sessionToken.map { isToken($0.reveal()) } ?? true)
    }

    /// Checks what a step gave.
    ///
    /// - Parameter wall: now, in milliseconds since 1970.
    func checked(step: String, at wall: Int64) throws(CredentialError) -> Credentials {
        guard self.areWellFormed else {
            throw CredentialError(
                .invalid,
                step: step,
                "A key or a token is empty or has characters other than visible ASCII ones; enter it again."
            )
        }
        if let expiration = self.expiration, expiration <= wall {
            throw CredentialError(
                .expired,
                step: step,
                "They ended at \(CivilTime(seconds: expiration / 1000).signingText); renew them or set this machine's clock."
            )
        }
        return self
    }
}
