extension DeploymentConfiguration {
    /// Stores the settings that are given, and checks them once all are there: what fits together is taken in any order.
    mutating func read(_ field: (Setting) -> ConfigurationField?) throws(ConfigurationError) {
        let timeout = StoreConfiguration().attemptTimeout
        var givesWay = !self.hasAttemptTimeout && self.store.attemptTimeout == min(timeout, self.store.deadline)
        var given: [String: String] = [:]
        for setting in Setting.all {
            guard let field = field(setting) else { continue }
            try setting.read(field, into: &self.store)
            given[setting.path] = field.path
        }
        if given["attemptTimeout"] != nil { (givesWay, self.hasAttemptTimeout) = (false, true) }
        // A default does not contradict what was written.
        if givesWay { self.store.attemptTimeout = min(timeout, self.store.deadline) }
        self.store.health.maximumCooldown = max(self.store.health.maximumCooldown, self.store.health.cooldown)
        do throws(ConfigurationError) {
            try self.store.validate()
        } catch {
            if let place = given[error.field] { throw ConfigurationError(field: place, error.message) }
            // What was written before is right by itself: it is the deadline given now that contradicts it.
            guard error.field == "attemptTimeout", let place = given["deadline"] else { throw error }
            throw ConfigurationError(field: place, "it contradicts attemptTimeout: \(error.message)")
        }
    }
}
