import RegionKitCore
import Testing

@testable import BackendDynamo

struct IPAddressTests {
    @Test(
        arguments: [
            ("1.2.3.4", 0xFFFF_0102_0304), ("127.1", 0xFFFF_7F00_0001), ("2130706433", 0xFFFF_7F00_0001),
            ("0x7f.0.0.1", 0xFFFF_7F00_0001), ("0177.0.0.01", 0xFFFF_7F00_0001), ("1.2.772", 0xFFFF_0102_0304),
            ("0X7F000001", 0xFFFF_7F00_0001), ("1.2.3.4.", 0xFFFF_0102_0304), ("::", 0), ("::1", 1), ("1::", 1 << 112),
            ("::ffff:1.2.3.4", 0xFFFF_0102_0304), ("::1.2.3.4", 0x0102_0304), ("fe80::1%eth0", 0xFE80 << 112 | 1),
            ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004_0005_0006_0007_0008),
            ("FD00:EC2::254", 0xFD00_0EC2 << 96 | 0x254),
            ("64:ff9b::169.254.169.254", 0x0064_FF9B << 96 | 0xA9FE_A9FE),
        ] as [(String, UInt128)]
    )
    func `an address is read in any spelling`(_ text: String, _ bits: UInt128) {
        #expect(IPAddress(text)?.bits == bits)
    }

    @Test(arguments: [
        "", "localhost", "256.1.1.1", "1.2.3.4.5", "1..2", "08.1.1.1", "4294967296", "1.2.3.256", "a.b", "0xg", "+1",
        "-1",
        ":", ":::", "1:2", "1::2::3", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "::+1", "1:2:3:4:5:6:7::8", "::1.2.3.4:5",
        "١.2.3.4",
    ])
    func `what is no address is none`(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.0.1", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "0xa9.254.43518",
        "169.254.170.2", "fe80::1", "febf::1", "fe80::1%lo", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe",
        "::169.254.169.254", "::ffff:0:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "fd00:ec2::254", "fd00:ec2::23", "0.0.0.0", "0", "::", "::ffff:0.0.0.0", "224.0.0.1", "255.255.255.255",
        "ff02::1",
    ])
    func `requests go to no link-local, metadata or unusable address`(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isRefused)
        for isPlainText in [true, false] {
            #expect(throws: EndpointError.refusedAddress("host")) {
                try AddressRule(isPlainText: isPlainText).check(address, of: "host")
            }
        }
        try AddressRule(isPlainText: true, exceptions: [address]).check(address, of: "host")
        let url = text.contains(":") ? "https://[\(text)]" : "https://\(text)"
        #expect(throws: EndpointError.self) { try EndpointURL(url) }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.255.254", true), ("::1", true), ("::ffff:127.0.0.1", true), ("10.0.0.1", false),
        ("169.253.1.1", false), ("fd12::1", false), ("2600::1", false), ("fec0::1", false), ("2002:0a00:1::", false),
    ])
    func `other addresses will do, those of loopback without TLS too`(_ text: String, _ isLoopback: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.isRefused)
        #expect(address.isLoopback == isLoopback)
        try AddressRule(isPlainText: false).check(address, of: "host")
        if isLoopback {
            try AddressRule(isPlainText: true).check(address, of: "host")
        } else {
            #expect(throws: EndpointError.plainText("host")) {
                try AddressRule(isPlainText: true).check(address, of: "host")
            }
        }
    }
}
