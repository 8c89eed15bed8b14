// What an operation may do, found out before its first attempt.
extension FailoverEngine {
    /// What stays the same over all attempts of a request, once it is found valid.
    func operation(
        _ request: BackendRequest,
        in region: Region?,
        _ options: OperationOptions,
        at now: MonotonicInstant
    ) throws(RegionError) -> Operation {
        do throws(ValidationError) {
            try ItemLimits.validate(request, for: self.schema)
        } catch {
            throw RegionError(.validation, error.message)
        }
        let kind = request.kind
        var routing = RoutingRequest(
            kind: kind,
            table: self.schema.name,
            consistency: request.consistency,
            affinity: options.affinity
        )
        var partitions: Set<AttributeValue> = []
        if !self.isPrimaryFirst {
            partitions = request.partitions(in: self.schema)
            routing.partition = partitions.count == 1 ? partitions.first : request.partition(in: self.schema)
        }
        let shape: AttemptMachine.Shape =
            kind == .read ? .read : request.isUnconditionalWrite ? .unconditionalWrite : .conditionalWrite
        return try self.operation(shape, routing, partitions, in: region, options, at: now)
    }

    /// What stays the same over all attempts.
    ///
    /// - Parameter partitions: The partition key's values where there are several; all are to be permitted.
    // Inlined, so that the request is not copied on the way of every operation.
    @inline(__always) func operation(
        _ shape: AttemptMachine.Shape,
        _ routing: consuming RoutingRequest,
        _ partitions: Set<AttributeValue> = [],
        in region: Region?,
        _ options: OperationOptions,
        at now: MonotonicInstant
    ) throws(RegionError) -> Operation {
        let permitted =
            self.isPrimaryFirst
            ? RegionSet(first: self.endpoints.count) : try self.permitted(for: routing, partitions)
        var allowed = RegionSet(first: self.endpoints.count)
        if let region {
            guard let position = self.endpoints.firstIndex(where: { $0.region == region }) else {
                let known = self.endpoints.map(\.region.name).joined(separator: ", ")
                throw RegionError(.validation, "no region is called \(region); this store has \(known)", region: region)
            }
            allowed = [position]
        }
        if let permitted = options.allowed {
            for position in allowed where !permitted.contains(self.endpoints[position].region) {
                allowed.remove(position)
            }
        }
        allowed = allowed.intersection(permitted)
        let fence = permitted == self.permitted[routing.kind] ? nil : permitted
        let hash = options.affinity.map(Self.hash)
        var generator = SystemRandomNumberGenerator()
        return Operation(
            shape: shape,
            request: routing,
            allowed: allowed,
            fence: fence,
            isRestricted: region != nil || options.allowed != nil,
            place: hash.map { Double($0 >> 11) / Double(UInt64(1) << 53) },
            // One home within each fence: that of another is out of reach, not lost.
            affinity: shape != .read || self.isPrimaryFirst
                ? nil : hash.map { hash in fence.map { SplitMix64.mix(hash ^ $0.bits) } ?? hash },
            deadline: now.advanced(byNanoseconds: options.deadline?.wholeNanoseconds ?? self.defaultDeadline),
            id: shape == .read ? OperationID(high: 0, low: 0) : .random(using: &generator),
            pinned: region ?? (allowed.count == 1 ? allowed.first.map { self.endpoints[$0].region } : nil)
        )
    }

    /// The regions that the policy permits to an operation.
    private func permitted(
        for routing: RoutingRequest,
        _ partitions: Set<AttributeValue>
    ) throws(RegionError) -> RegionSet {
        let all = RegionSet(first: self.endpoints.count)
        guard partitions.count > 1 else {
            return self.policy.permitted(for: routing, of: all, in: self.names).intersection(all)
        }
        var routing = routing
        var common = all
        for partition in partitions {
            routing.partition = partition
            let permitted = self.policy.permitted(for: routing, of: all, in: self.names).intersection(all)
            guard !permitted.isEmpty else { return permitted }
            common = common.intersection(permitted)
        }
        guard !common.isEmpty else {
            let message = "the policy permits no region to hold all of these keys; split the batch by partition key"
            throw RegionError(.validation, message)
        }
        return common
    }

    /// The bits that an affinity is known by, the same in every process; they tell its place from 0 to 1, too.
    private static func hash(_ text: String) -> UInt64 {
        SplitMix64.mix(text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }
}
