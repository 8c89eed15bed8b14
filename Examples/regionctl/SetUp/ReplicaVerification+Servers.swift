internal import BackendDynamo
internal import BackendRedis
internal import RegionKitCore

extension ReplicaVerification {
    /// The checks of Redis regions in order; a region that fails one is in none that comes after.
    func serverRows() async throws(ConfigurationError) -> [VerifyReport.Row] {
        var (rows, locations, stores) = ([VerifyReport.Row](), self.configuration.regions, [RedisStore]())
        for (index, location) in locations.enumerated() {
            do throws(ConfigurationError) {
                let (schema, folder) = (self.configuration.schema, self.configuration.folder)
                stores.append(try RedisStore(location, schema: schema, in: folder))
            } catch {
                throw ConfigurationError(field: "regions[\(index)].backend", error.message)
            }
        }
        rows += await self.check("server", &locations) { location in
            do throws(BackendError) {
                _ = try await stores.first { $0.region == location.region }?.status(
                    in: AttemptContext(within: .seconds(5))
                )
                return .pass("answers, and can hold a region")
            } catch {
                return .fail(error.message, "End the cause, then run this again.")
            }
        }
        var lasting = locations
        rows += await self.check("durability", &lasting) { location in
            guard let durability = stores.first(where: { $0.region == location.region })?.durability else {
                return .warn("not known", "Run it again when the server answers.")
            }
            guard durability != .always else { return .pass(durability.recoveryPoint) }
            return .warn(
                durability.recoveryPoint,
                "With `appendonly yes` and `appendfsync always` a server keeps all that it has acknowledged."
            )
        }
        return rows + (await self.rows(of: stores, in: &locations))
    }
}
