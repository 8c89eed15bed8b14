import RegionKitCore
import Testing

struct SecretTests {
    @Test func `nothing prints a secret`() {
        let secret = Secret("hunter2-canary")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        for text in [
            "\(secret)", String(reflecting: secret), "\([secret])", dumped,
            "\(Mirror(reflecting: secret).children.map { "\($0)" })",
        ] {
            #expect(!text.contains("canary"))
        }
        #expect(secret.reveal() == "hunter2-canary")
    }
}
