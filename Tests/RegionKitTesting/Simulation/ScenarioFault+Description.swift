internal import RegionKitCore

extension ScenarioFault: CustomStringConvertible {
    /// What, where, when and for whom, in a line.
    public var description: String {
        var text = "\(self.kind)"
        if let region = self.region { text += " in \(region)" }
        if let peer = self.peer { text += " to \(peer)" }
        text += " at \(self.start)"
        if let duration = self.duration { text += " for \(duration)" }
        if let clients = self.clients { text += " (\(clients))" }
        return text
    }
}
