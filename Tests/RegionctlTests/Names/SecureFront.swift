import Foundation

/// A server on 127.0.0.1 that speaks TLS and passes on what it hears to another of this machine; Debian's Python runs it.
struct SecureFront {
    struct Failed: Error {
        var message: String
    }

    static let programs = ["/usr/bin/python3", "/usr/bin/openssl"]

    private static let program = """
        import asyncio, ssl, sys

        async def copy(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            writer.close()

        async def serve(reader, writer):
            peer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
            await asyncio.gather(copy(reader, peer[1]), copy(peer[0], writer))

        async def main():
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain("front.pem", "front.key")
            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
            print(server.sockets[0].getsockname()[1], flush=True)
            # Until whoever started it is gone.
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

        asyncio.run(main())
        """

    let port: Int
    private let process = Process()
    private let input = Pipe()

    /// Makes a certificate that vouches for itself, `front.pem` in the tool's folder, and begins to listen.
    ///
    /// - Parameters:
    ///   - target: The other server's port on 127.0.0.1.
    ///   - names: Whom the certificate is for.
    init(to target: Int, names: [String], _ tool: Tool) async throws {
        let certificate = try await tool.run(
            [
                "req", "-x509", "-subj", "/CN=Test front", "-keyout", "front.key", "-out", "front.pem", "-days", "2",
                "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-addext",
                "subjectAltName=\(names.map { "DNS:\($0)" }.joined(separator: ","))",
            ],
            of: Self.programs[1]
        )
        guard certificate.code == 0 else { throw Failed(message: certificate.errors) }
        let output = Pipe()
        self.process.executableURL = URL(filePath: Self.programs[0])
        self.process.arguments = ["-c", Self.program, "\(target)"]
        self.process.currentDirectoryURL = tool.folder
        self.process.standardInput = self.input
        self.process.standardOutput = output
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .newlines)) else {
            throw Failed(message: "the front did not start: \(line)")
        }
        self.port = port
    }

    func close() {
        kill(self.process.processIdentifier, SIGKILL)
        self.process.waitUntilExit()
    }
}
