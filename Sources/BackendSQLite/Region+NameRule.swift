internal import RegionKitCore

extension Region {
    /// What is wrong with an invalid name, and which are allowed.
    var nameRule: String {
        "found \(self.name.prefix(80).debugDescription); a name is 1 to 63 of a-z, 0-9 and -, not starting with -."
    }
}
