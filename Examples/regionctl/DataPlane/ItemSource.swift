internal import Foundation
internal import RegionKitCore

/// Where `put` finds its item: on the command line, in a file or on standard input.
struct ItemSource {
    /// More than any item needs, however it is written.
    private static let maximumSize = 16 << 20

    /// The option's value: JSON, `@FILE` or `-`.
    let text: String
    /// Whether it is ordinary JSON.
    let isPlain: Bool

    /// The item with the attributes of its key.
    func item(_ key: Key, in schema: TableSchema) throws -> Item {
        var item = try self.parse(try self.bytes())
        for (name, value) in schema.attributes(of: key) {
            guard item[name] ?? value == value else {
                let source = name == schema.partitionKey.name ? "KEY" : "--sort"
                throw Failure.usage(
                    "--item: its \(name.shown) differs from \(source); leave the attribute away, or give the same value."
                )
            }
            item[name] = value
        }
        return item
    }

    private func parse(_ bytes: [UInt8]) throws(Failure) -> Item {
        guard !self.isPlain else {
            do throws(JSONParser.Problem) {
                let document = try JSONParser.parse(bytes)
                if case .map(let item) = AttributeValue(plain: document) { return item }
            } catch {
                throw .usage("--item: \(error).")
            }
            throw .usage("--item: an item is a JSON object, for example {\"state\":\"ready\"}.")
        }
        do throws(DynamoDBJSONError) {
            return try DynamoDBJSON.decode(bytes)
        } catch {
            var message = "--item: \(error)"
            if (try? JSONParser.parse(bytes))?.isOrdinary == true {
                message += " It looks like ordinary JSON: give --plain, or write {\"state\":{\"S\":\"ready\"}}."
            }
            throw .usage(message)
        }
    }

    private func bytes() throws -> [UInt8] {
        if self.text == "-" { return try Self.contents(of: .standardInput, "standard input") }
        guard self.text.hasPrefix("@") else { return Array(self.text.utf8) }
        let path = String(self.text.dropFirst())
        // A pipe that nobody writes to must not hold the command up, not even while it is opened.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT
            throw Failure.usage("--item: \(path) \(isMissing ? "does not exist" : "cannot be read by this user").")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw Failure.usage("--item: \(path) is no regular file; what comes through a pipe is read by --item -.")
        }
        return try Self.contents(of: handle, path)
    }

    private static func contents(of handle: FileHandle, _ name: String) throws -> [UInt8] {
        var descriptor = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            // Someone who types may want to stop instead.
            while unsafe poll(&descriptor, 1, 100) == 0 { try Task.checkCancellation() }
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor.fd, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Failure.usage("--item: \(name) cannot be read; it must be a file or a pipe.")
            }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= self.maximumSize else {
                throw Failure.usage("--item: \(name) has more than 16 MiB; an item has at most 400 KB.")
            }
        }
    }
}

extension JSON {
    /// Whether an object is no DynamoDB JSON gone wrong: not all its members look like `{"S": …}`.
    fileprivate var isOrdinary: Bool {
        guard case .object(let members) = self else { return false }
        return members.contains { member in
            guard case .object(let value) = member.value, value.count == 1 else { return true }
            return value[0].name.wholeMatch(of: /[A-Z]{1,4}/) == nil
        }
    }
}
