internal import CCurl
internal import Foundation
internal import RegionKitCore

extension HTTPTransfer {
    /// Sets what stays the same for all requests.
    func setOptions(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
        try self.set(CURLOPT_NOSIGNAL, 1)
        try self.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try self.set(CURLOPT_HTTP09_ALLOWED, 0)
        try self.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try self.set(CURLOPT_FOLLOWLOCATION, 0)
        // A path goes out as it was signed.
        try self.set(CURLOPT_PATH_AS_IS, 1)
        try self.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try self.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        if !configuration.usesProxyOfEnvironment { try self.set(CURLOPT_PROXY, "") }

        let timeout = Int(configuration.connectTimeout.wholeNanoseconds / 1_000_000)
        try self.set(CURLOPT_CONNECTTIMEOUT_MS, timeout)
        // Without it, the end of a transfer whose name is being resolved waits for the resolver, and all others with it:
        // <https://curl.se/libcurl/c/CURLOPT_QUICK_EXIT.html>
        try self.set(CURLOPT_QUICK_EXIT, 1)
        try self.set(CURLOPT_DNS_CACHE_TIMEOUT, 10)
        try self.set(CURLOPT_TCP_KEEPALIVE, 1)
        // Servers close idle connections after a minute or more; a request had better not meet that.
        try self.set(CURLOPT_MAXAGE_CONN, 50)
        try self.check(
            unsafe regionkit_curl_set_size(self.easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(configuration.bodyLimit))
        )

        try self.set(CURLOPT_SSL_VERIFYPEER, 1)
        try self.set(CURLOPT_SSL_VERIFYHOST, 2)
        try self.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        var standard: UnsafeMutablePointer<CChar>?
        try self.check(unsafe regionkit_curl_get_pointer(self.easy, CURLINFO_CAINFO, &standard))
        if let authorities = configuration.authorities { try self.set(CURLOPT_CAINFO, authorities) }
        // A folder of authorities would add to the file, and keep libcurl from caching what it read from there.
        if unsafe configuration.authorities != nil || standard != nil {
            try self.check(unsafe regionkit_curl_set_pointer(self.easy, CURLOPT_CAPATH, nil))
        }
    }

    /// Sets the functions that libcurl calls, each with this object.
    func setCallbacks() throws(HTTPError) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let code = unsafe regionkit_curl_set_callbacks(
            self.easy,
            context,
            { bytes, size, count, context in
                guard let transfer = unsafe HTTPTransfer.at(context) else { return 0 }
                return unsafe transfer.addHeader(.init(start: bytes, count: size * count)) ? size * count : 0
            },
            { bytes, size, count, context in
                guard let transfer = unsafe HTTPTransfer.at(context) else { return 0 }
                return unsafe transfer.addBody(.init(start: bytes, count: size * count)) ? size * count : 0
            },
            { context, _, _, _, _ in
                unsafe HTTPTransfer.at(context)?.willSend() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            },
            { context, _, address in
                guard let transfer = unsafe HTTPTransfer.at(context), let address = unsafe address else {
                    return CURL_SOCKET_BAD
                }
                return unsafe transfer.open(address)
            }
        )
        try self.check(code)
    }

    /// The transfer whose handle it is.
    @unsafe static func of(_ easy: UnsafeMutableRawPointer?) -> HTTPTransfer? {
        var context: UnsafeMutablePointer<CChar>?
        guard unsafe regionkit_curl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK else { return nil }
        return unsafe self.at(context)
    }

    @unsafe private static func at(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    @unsafe private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let family = unsafe address.pointee.family
        // The address goes on beyond the struct's end when it is longer than the generic one.
        let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
        let target = unsafe IPAddress(
            UnsafeRawPointer(address) + offset,
            count: Int(address.pointee.addrlen),
            family: family
        )
        guard self.mayConnect(to: target) else { return CURL_SOCKET_BAD }
        return unsafe socket(
            family,
            address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.protocol
        )
    }
}
