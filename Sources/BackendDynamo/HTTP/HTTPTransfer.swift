internal import CCurl
internal import Foundation
internal import RegionKitCore

/// One of libcurl's easy handles, used for one request after the other.
///
/// Belongs to the loop's thread; libcurl calls back from inside the loop's own calls.
@safe final class HTTPTransfer {
    /// Why the transfer itself broke off.
    enum Fault {
        case tooLarge
        case addressRefused
        case wouldSendAgain
    }

    let easy: UnsafeMutableRawPointer
    private let configuration: HTTPClient.Configuration
    private let headers = HTTPHeaderList()
    private let message: UnsafeMutablePointer<CChar>
    private var addresses: UnsafeMutablePointer<curl_slist>?
    /// What the URL was made of.
    private var target = (origin: "", path: "")
    private var method: HTTPRequest.Method?
    private var hasBody = false

    private(set) var exchange: HTTPClient.Mailbox.Exchange?
    private(set) var host: HTTPHost?
    /// Where the loop keeps it.
    var index = 0
    /// Set when a connection stands and the request's first byte is about to leave.
    private(set) var mayHaveBeenSent = false
    private(set) var triedToConnect = false
    private(set) var usesKnownAddresses = false
    /// Until when the name may be looked up while an address is known.
    private(set) var lookUpEnd = MonotonicInstant(nanoseconds: .max)
    private(set) var fault: Fault?
    /// Whether the answer's headers have come to their end.
    private(set) var isHeadComplete = false
    private var sent = MonotonicInstant(nanoseconds: 0)
    private var received = MonotonicInstant(nanoseconds: 0)
    private var headerSize = 0
    /// The request's body, where libcurl finds it until the end.
    private let outgoing = HTTPBodyBuffer()
    private var head: [UInt8] = []
    private var body: [UInt8] = []

    init(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
        guard let easy = unsafe curl_easy_init() else { throw HTTPError(.local, "libcurl is out of memory.") }
        unsafe self.easy = easy
        unsafe self.message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        self.configuration = configuration
        try self.setUp()
    }

    deinit {
        unsafe curl_easy_cleanup(self.easy)
        unsafe curl_slist_free_all(self.addresses)
        unsafe self.message.deallocate()
    }

    // MARK: Requests

    /// Takes on a request, to be sent before its deadline; over known addresses where the name does not resolve.
    func begin(
        _ exchange: HTTPClient.Mailbox.Exchange,
        _ host: HTTPHost,
        now: MonotonicInstant,
        over known: [String]? = nil
    ) throws(HTTPError) {
        let request = exchange.request
        (self.exchange, self.host) = (exchange, host)
        (self.mayHaveBeenSent, self.triedToConnect, self.fault) = (false, false, nil)
        self.isHeadComplete = false
        self.headerSize = 0
        self.head.removeAll(keepingCapacity: true)
        self.body = []
        unsafe self.message[0] = 0
        self.usesKnownAddresses = known != nil
        let isPatient = known != nil || host.addresses.isEmpty
        self.lookUpEnd =
            isPatient ? MonotonicInstant(nanoseconds: .max) : now.advanced(by: self.configuration.connectTimeout / 4)
        if let known { try self.use(known, of: request.origin) }

        let target = (origin: request.origin.text, path: request.path)
        if target != self.target {
            try self.set(CURLOPT_URL, target.origin + target.path)
            self.target = target
        }
        let left = now.duration(to: exchange.deadline).wholeNanoseconds
        try self.set(CURLOPT_TIMEOUT_MS, Int(min(max(1, left / 1_000_000), Int64(Int32.max))))
        try self.set(request.method, hasBody: !request.body.isEmpty || request.method == .post)
        if self.hasBody {
            try self.check(
                unsafe regionkit_curl_set_size(self.easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            )
            // So it goes out along with the headers.
            let body = unsafe self.outgoing.fill(request.body)
            try self.check(unsafe regionkit_curl_set_pointer(self.easy, CURLOPT_POSTFIELDS, body))
        }
        let list = try unsafe self.headers.fill(request.headers, and: Self.ownHeaders)
        try self.check(unsafe regionkit_curl_set_pointer(self.easy, CURLOPT_HTTPHEADER, list))
    }

    /// Ours, and none of those that libcurl would add.
    private static let ownHeaders: [StaticString] = [
        "Accept-Encoding: identity", "Expect:", "Accept:", "Content-Type:",
    ]

    private func set(_ method: HTTPRequest.Method, hasBody: Bool) throws(HTTPError) {
        guard method != self.method || hasBody != self.hasBody else { return }
        try self.set(hasBody ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
        try self.set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        (self.method, self.hasBody) = (method, hasBody)
    }

    // With the plus the addresses are forgotten as fast as resolved ones, so the name is asked for again soon:
    // <https://curl.se/libcurl/c/CURLOPT_RESOLVE.html>
    private func use(_ known: [String], of origin: HTTPOrigin) throws(HTTPError) {
        let list = known.map { $0.contains(":") ? "[\($0)]" : $0 }.joined(separator: ",")
        unsafe curl_slist_free_all(self.addresses)
        unsafe self.addresses = curl_slist_append(nil, "+\(origin.host):\(origin.port):\(list)")
        try self.check(unsafe regionkit_curl_set_pointer(self.easy, CURLOPT_RESOLVE, self.addresses))
    }

    /// Forgets the request.
    func end() {
        (self.exchange, self.host) = (nil, nil)
        (self.head, self.body) = ([], [])
        self.outgoing.shrink()
        guard unsafe self.addresses != nil else { return }
        unsafe _ = regionkit_curl_set_pointer(self.easy, CURLOPT_RESOLVE, nil)
        unsafe curl_slist_free_all(self.addresses)
        unsafe self.addresses = nil
    }

    /// The answer of a transfer that libcurl calls a success.
    func response() -> HTTPResponse {
        HTTPResponse(
            status: self.number(CURLINFO_RESPONSE_CODE),
            headers: HTTPHeaders(block: self.head),
            body: self.body,
            reusedConnection: self.number(CURLINFO_NUM_CONNECTS) == 0,
            sent: self.sent,
            received: self.received
        )
    }

    /// What libcurl says about a failure, without anything unprintable.
    var detail: String {
        let text = unsafe String(cString: self.message)
        return String(text.unicodeScalars.map { $0.value >= 0x20 && $0.value < 0x7f ? Character($0) : "?" })
    }

    /// The address of the last connection.
    var address: String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe regionkit_curl_get_pointer(self.easy, CURLINFO_PRIMARY_IP, &text) == CURLE_OK else { return nil }
        return unsafe text.map { unsafe String(cString: $0) }
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        return unsafe regionkit_curl_get_long(self.easy, info, &value) == CURLE_OK ? value : 0
    }

    // MARK: Callbacks

    /// Lets the request go, once.
    ///
    /// libcurl sends again by itself when a reused connection breaks before the answer; it asks here first.
    func willSend() -> Bool {
        guard !self.mayHaveBeenSent else {
            self.fault = .wouldSendAgain
            return false
        }
        self.mayHaveBeenSent = true
        self.sent = SystemTime().now
        return true
    }

    func addHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        self.headerSize += line.count
        guard self.headerSize <= self.configuration.headerLimit else {
            self.fault = .tooLarge
            return false
        }
        // Trailers are not headers.
        guard self.body.isEmpty else { return true }
        if unsafe line.first == UInt8(ascii: "H"), unsafe line.starts(with: "HTTP/".utf8) {
            // The answer proper replaces an interim one.
            self.head.removeAll(keepingCapacity: true)
            self.head.reserveCapacity(512)
            self.received = SystemTime().now
        }
        self.isHeadComplete = unsafe line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n")
        unsafe self.head.append(contentsOf: line)
        return true
    }

    func addBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard self.body.count + bytes.count <= self.configuration.bodyLimit else {
            self.fault = .tooLarge
            return false
        }
        if self.body.isEmpty {
            var length: curl_off_t = 0
            unsafe _ = regionkit_curl_get_size(self.easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
            // As much as most answers have; a server's word is not worth more.
            self.body.reserveCapacity(max(min(Int(length), 256 << 10), bytes.count))
        }
        unsafe self.body.append(contentsOf: bytes)
        return true
    }

    /// Whether a connection to a resolved address may be made.
    func mayConnect(to address: IPAddress?) -> Bool {
        self.triedToConnect = true
        let isAllowed =
            if let address, let origin = self.exchange?.request.origin {
                if let fixed = self.configuration.fixedAddresses {
                    fixed.contains(address)
                } else {
                    !address.isRefused
                        && (origin.scheme == .https || address.isLoopback || self.configuration.usesProxyOfEnvironment)
                }
            } else {
                false
            }
        self.fault = isAllowed ? nil : .addressRefused
        return isAllowed
    }

    // MARK: Options

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try self.check(unsafe regionkit_curl_set_long(self.easy, option, value))
    }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        try self.check(unsafe regionkit_curl_set_pointer(self.easy, option, value))
    }

    func check(_ code: CURLcode) throws(HTTPError) {
        guard code != CURLE_OK else { return }
        // What is set is not known any more.
        (self.target, self.method) = (("", ""), nil)
        throw HTTPError(.local, "libcurl refuses an option: \(unsafe String(cString: curl_easy_strerror(code))).")
    }

    private func setUp() throws(HTTPError) {
        unsafe self.message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try self.check(unsafe regionkit_curl_set_pointer(self.easy, CURLOPT_ERRORBUFFER, self.message))
        try self.setCallbacks()
        try self.setOptions(self.configuration)
    }
}
