extension DeploymentConfiguration {
    /// Stores the settings that are given, by their paths.
    mutating func read(_ fields: [String: ConfigurationField]) throws(ConfigurationError) {
        try self.store.read(fields, hasAttemptTimeout: &self.hasAttemptTimeout)
    }
}

extension StoreConfiguration {
    /// Stores the settings that are given, by their paths, and checks them once all are there: what fits together is
    /// taken in any order.
    ///
    /// - Parameter hasAttemptTimeout: Whether an attempt's time was written before, and then whether it is now.
    package mutating func read(
        _ fields: [String: ConfigurationField],
        hasAttemptTimeout: inout Bool
    ) throws(ConfigurationError) {
        let timeout = StoreConfiguration().attemptTimeout
        let isDefault = !hasAttemptTimeout && self.attemptTimeout == min(timeout, self.deadline)
        for setting in Setting.all {
            guard let field = fields[setting.path] else { continue }
            try setting.read(field, into: &self)
        }
        if fields["attemptTimeout"] != nil {
            hasAttemptTimeout = true
        } else if isDefault {
            // A default does not contradict what was written.
            self.attemptTimeout = min(timeout, self.deadline)
        }
        self.health.maximumCooldown = max(self.health.maximumCooldown, self.health.cooldown)
        do throws(ConfigurationError) {
            try self.validate()
        } catch {
            if let place = fields[error.field] { throw ConfigurationError(field: place.path, error.message) }
            // What was written before is right by itself: it is the deadline given now that contradicts it.
            guard error.field == "attemptTimeout", let place = fields["deadline"] else { throw error }
            throw ConfigurationError(field: place.path, "it contradicts attemptTimeout: \(error.message)")
        }
    }
}
