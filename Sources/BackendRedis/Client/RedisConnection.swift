internal import CCurl
internal import Foundation
internal import RegionKitCore

/// A connection that libcurl makes, TLS included, and that carries bytes of ours afterwards.
///
/// Belongs to the loop's thread. Every address is checked after resolution and before a socket is opened.
///
/// Reference: <https://curl.se/libcurl/c/CURLOPT_CONNECT_ONLY.html>
@safe final class RedisConnection {
    /// What came of a read or a write.
    enum Transfer {
        case bytes(Int)
        /// Nothing is there, or nothing more is taken, for the moment.
        case later
        /// The connection is over, and why.
        case end(String)
    }

    /// The number that the machine knows it by.
    let number: Int
    let reader: RedisReplyReader
    /// The socket once the connection stands.
    private(set) var descriptor: Int32?
    let isSecure: Bool
    private let allowsInsecure: Bool
    private let place: String
    private let multi: UnsafeMutableRawPointer
    private let easy: UnsafeMutableRawPointer
    private let message: UnsafeMutablePointer<CChar>
    private var target: UnsafeMutablePointer<curl_slist>?
    /// What TLS has been given and not taken; OpenSSL wants to see the same bytes at the same place again.
    private let record: UnsafeMutableRawBufferPointer
    private var recordCount = 0
    private var triedToConnect = false
    private let patience: MonotonicInstant
    /// Why an address was not connected to.
    private var refusal: String?

    /// Begins to connect.
    ///
    /// - Parameters:
    ///   - known: The last good address.
    ///   - looksUp: Whether the name is looked up, for a quarter of the time at most where an address is known; else that
    ///     address is used.
    init(
        _ number: Int,
        _ configuration: RedisClient.Configuration,
        known: String? = nil,
        looksUp: Bool = true,
        at now: MonotonicInstant,
        multi: UnsafeMutableRawPointer
    ) throws(RedisError) {
        self.reader = try RedisReplyReader(configuration.limits)
        guard let easy = unsafe curl_easy_init() else { throw RedisError(.notConnected, "libcurl is out of memory.") }
        self.number = number
        self.isSecure = configuration.tls != nil
        self.allowsInsecure = configuration.allowsInsecureConnections
        self.place = configuration.place
        self.patience =
            looksUp && known != nil
            ? now.advanced(by: configuration.connectTimeout / 4) : MonotonicInstant(nanoseconds: .max)
        unsafe self.multi = multi
        unsafe self.easy = easy
        unsafe self.message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe self.message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        // As much as a record of TLS holds: what is not taken whole is not read by the server.
        unsafe self.record = .allocate(byteCount: self.isSecure ? 16 << 10 : 0, alignment: 1)
        try self.setOptions(configuration)
        if let known, !looksUp { try self.use(known) }
        guard unsafe curl_multi_add_handle(multi, easy) == CURLM_OK else {
            throw RedisError(.notConnected, "libcurl does not take a connection.")
        }
    }

    deinit {
        // Closes the socket as well: a connection of this kind is nobody else's.
        unsafe curl_multi_remove_handle(self.multi, self.easy)
        unsafe curl_easy_cleanup(self.easy)
        unsafe curl_slist_free_all(self.target)
        unsafe self.message.deallocate()
        unsafe self.record.deallocate()
    }

    // MARK: Connecting

    /// Whether libcurl speaks of this connection.
    @unsafe func isOf(_ easy: UnsafeMutableRawPointer?) -> Bool { unsafe self.easy == easy }

    /// When the look-up of the name is to be given up; never when it is over, or when no address is known.
    var lookUpEnd: MonotonicInstant { self.triedToConnect ? MonotonicInstant(nanoseconds: .max) : self.patience }

    /// Where the connection was made to.
    var address: String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe regionkit_curl_get_pointer(self.easy, CURLINFO_PRIMARY_IP, &text) == CURLE_OK else { return nil }
        return unsafe text.map { unsafe String(cString: $0) }
    }

    /// Takes over the socket; the reason when there is none.
    func finish(_ code: CURLcode) -> String? {
        guard code == CURLE_OK else {
            let text = unsafe String(cString: self.message)
            let detail = text.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : text
            return "Redis at \(self.place) is not reached: \(RedisError.printable(self.refusal ?? detail))."
        }
        var socket = curl_socket_t(-1)
        guard unsafe regionkit_curl_get_socket(self.easy, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK, socket >= 0
        else {
            return "Redis at \(self.place) is not reached: libcurl has no socket."
        }
        self.descriptor = socket
        return nil
    }

    private func setOptions(_ configuration: RedisClient.Configuration) throws(RedisError) {
        try self.check(unsafe regionkit_curl_set_pointer(self.easy, CURLOPT_ERRORBUFFER, self.message))
        try self.set(CURLOPT_NOSIGNAL, 1)
        try self.set(CURLOPT_CONNECT_ONLY, 1)
        try self.set(CURLOPT_URL, "\(self.isSecure ? "https" : "http")://\(configuration.place)")
        try self.set(CURLOPT_PROTOCOLS_STR, self.isSecure ? "https" : "http")
        try self.set(CURLOPT_PROXY, "")
        let timeout = Int(configuration.connectTimeout.wholeNanoseconds / 1_000_000)
        try self.set(CURLOPT_CONNECTTIMEOUT_MS, timeout)
        // Without it, the end of an attempt whose name is being resolved waits for the resolver:
        // <https://curl.se/libcurl/c/CURLOPT_QUICK_EXIT.html>
        try self.set(CURLOPT_QUICK_EXIT, 1)
        // A name that moves to another machine is followed.
        try self.set(CURLOPT_DNS_CACHE_TIMEOUT, 0)
        try self.set(CURLOPT_TCP_NODELAY, 1)
        try self.set(CURLOPT_TCP_KEEPALIVE, 1)

        try self.set(CURLOPT_SSL_VERIFYPEER, 1)
        try self.set(CURLOPT_SSL_VERIFYHOST, 2)
        try self.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try self.set(CURLOPT_SSL_ENABLE_ALPN, 0)
        if let authorities = configuration.tls?.authorities {
            try self.set(CURLOPT_CAINFO, authorities)
            // A folder of authorities would add to the file.
            try self.check(unsafe regionkit_curl_set_pointer(self.easy, CURLOPT_CAPATH, nil))
        }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let code = unsafe regionkit_curl_set_open_socket(self.easy, context) { context, _, address in
            guard let context = unsafe context, let address = unsafe address else { return CURL_SOCKET_BAD }
            return unsafe Unmanaged<RedisConnection>.fromOpaque(context).takeUnretainedValue().open(address)
        }
        try self.check(code)
    }

    /// Has an address connected to in the place of the name, which TLS verifies all the same.
    ///
    /// Reference: <https://curl.se/libcurl/c/CURLOPT_CONNECT_TO.html>
    private func use(_ address: String) throws(RedisError) {
        unsafe self.target = curl_slist_append(nil, "::\(address.contains(":") ? "[\(address)]" : address):")
        try self.check(unsafe regionkit_curl_set_pointer(self.easy, CURLOPT_CONNECT_TO, self.target))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(RedisError) {
        try self.check(unsafe regionkit_curl_set_long(self.easy, option, value))
    }

    /// libcurl copies the text.
    private func set(_ option: CURLoption, _ value: String) throws(RedisError) {
        try self.check(unsafe regionkit_curl_set_pointer(self.easy, option, value))
    }

    private func check(_ code: CURLcode) throws(RedisError) {
        guard code != CURLE_OK else { return }
        let reason = unsafe String(cString: curl_easy_strerror(code))
        throw RedisError(.notConnected, "libcurl refuses an option: \(reason).")
    }

    @unsafe private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        self.triedToConnect = true
        let family = unsafe address.pointee.family
        // The address goes on beyond the struct's end when it is longer than the generic one.
        let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
        let target = unsafe IPAddress(
            UnsafeRawPointer(address) + offset,
            count: Int(address.pointee.addrlen),
            family: family
        )
        guard let target, !target.isRefused else {
            self.refusal = "its address is link-local, or otherwise not one to connect to"
            return CURL_SOCKET_BAD
        }
        guard self.isSecure || self.allowsInsecure || target.isLoopback else {
            self.refusal = "it is another machine; use TLS, or allow insecure connections"
            return CURL_SOCKET_BAD
        }
        self.refusal = nil
        return unsafe socket(
            family,
            address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.protocol
        )
    }

    // MARK: Bytes

    /// Reads what has come, as far as the buffer goes.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        guard let descriptor = self.descriptor else { return .later }
        if self.isSecure {
            var count = 0
            let code = unsafe curl_easy_recv(self.easy, buffer.baseAddress, buffer.count, &count)
            if code == CURLE_AGAIN { return .later }
            guard code == CURLE_OK else { return .end(self.lost(unsafe String(cString: curl_easy_strerror(code)))) }
            return count > 0 ? .bytes(count) : .end(self.lost("the server closed it"))
        }
        let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
        return count == 0 ? .end(self.lost("the server closed it")) : self.transfer(count)
    }

    /// Writes as much as is taken.
    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        guard let descriptor = self.descriptor else { return .later }
        if self.isSecure {
            if self.recordCount == 0 {
                self.recordCount = min(bytes.count, unsafe self.record.count)
                unsafe self.record.copyMemory(from: .init(rebasing: bytes[..<self.recordCount]))
            }
            var count = 0
            let code = unsafe curl_easy_send(self.easy, self.record.baseAddress, self.recordCount, &count)
            if code == CURLE_AGAIN { return .later }
            self.recordCount = 0
            return code == CURLE_OK ? .bytes(count) : .end(self.lost(unsafe String(cString: curl_easy_strerror(code))))
        }
        return self.transfer(unsafe Foundation.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
    }

    private func transfer(_ count: Int) -> Transfer {
        guard count < 0 else { return .bytes(count) }
        let code = errno
        if code == EAGAIN || code == EINTR { return .later }
        return .end(self.lost(unsafe String(cString: strerror(code))))
    }

    private func lost(_ reason: String) -> String {
        "The connection to Redis at \(self.place) broke: \(reason)."
    }
}
