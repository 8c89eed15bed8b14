internal import RegionKitCore

/// The calls about a table in one region.
struct ControlPlane: Sendable {
    /// The longest one call may take.
    private static let limit = Duration.seconds(20)

    let region: Region
    /// What the AWS command line is told beside the region to reach the same.
    let options: [String]
    private let service: ServiceClient
    private let time: any TimeSource

    init(_ region: Region, options: [String] = [], _ service: ServiceClient, time: any TimeSource) {
        (self.region, self.options, self.service, self.time) = (region, options, service, time)
    }

    /// Asks for the table and its time to live.
    func state(of table: String) async -> TableState {
        let request = ControlRequest.describeTable(table)
        do throws(RegionError) {
            switch try await self.send(request.target, request.bytes, .read) {
            case .failure(let fault) where fault.code == "ResourceNotFoundException": return .missing
            case .failure(let fault): throw self.error(fault, .read)
            case .success(let body):
                let answer = try self.read(body, .read)["Table"]
                let timeToLive = await self.timeToLive(of: table)
                if let table = TableDescription(answer, in: self.region, timeToLive: timeToLive) {
                    return .exists(table)
                }
                let message = "The answer to DescribeTable lacks what every table has."
                throw RegionError(.protocolViolation, message, region: self.region)
            }
        } catch {
            return .unknown(error)
        }
    }

    private func timeToLive(of table: String) async -> Result<TableDescription.TimeToLive, RegionError> {
        do throws(RegionError) {
            return .success(TableDescription.TimeToLive(try await self.call(.describeTimeToLive(table))))
        } catch {
            return .failure(error)
        }
    }

    /// Whether the table can be restored to any moment of the last weeks.
    func hasContinuousBackups(_ table: String) async throws(RegionError) -> Bool {
        let answer = try await self.call(.describeContinuousBackups(table))
        let recovery = answer["ContinuousBackupsDescription"]?["PointInTimeRecoveryDescription"]
        return recovery?["PointInTimeRecoveryStatus"]?.text == "ENABLED"
    }

    /// Sends a call once.
    @discardableResult
    func call(_ request: ControlRequest) async throws(RegionError) -> JSON {
        let kind = request.operation.kind
        switch try await self.send(request.target, request.bytes, kind) {
        case .success(let body): return try self.read(body, kind)
        case .failure(let fault): throw self.error(fault, kind)
        }
    }

    /// Sends a call of the data plane once; its answer does not matter.
    func call(_ request: DynamoRequest, _ kind: OperationKind) async throws(RegionError) {
        let answer = try await self.send(request.operation.rawValue, request.body, kind)
        if case .failure(let fault) = answer { throw self.error(fault, kind) }
    }

    private func send(
        _ target: String,
        _ body: [UInt8],
        _ kind: OperationKind
    ) async throws(RegionError) -> Result<[UInt8], ServiceFault> {
        let deadline = self.time.now.advanced(by: Self.limit)
        do throws(BackendError) {
            return try await self.service.call(target, body, kind, deadline: deadline)
        } catch {
            throw RegionError(error.code, error.message, region: self.region)
        }
    }

    private func read(_ body: [UInt8], _ kind: OperationKind) throws(RegionError) -> JSON {
        do throws(JSONParser.Problem) {
            return try JSONParser.parse(body)
        } catch {
            let error = ServiceFault.unreadable("\(error)", for: kind)
            throw RegionError(error.code, error.message, region: self.region)
        }
    }

    private func error(_ fault: ServiceFault, _ kind: OperationKind) -> RegionError {
        let error = fault.backendError(for: kind)
        // Something is being changed there already: it ends.
        let code = fault.code == "ResourceInUseException" ? .conflict : error.code
        return RegionError(code, error.message, region: self.region)
    }
}

extension ControlRequest {
    fileprivate var target: String { "DynamoDB_20120810.\(self.operation.rawValue)" }
    fileprivate var bytes: [UInt8] { Array("\(self.body)".utf8) }
}
