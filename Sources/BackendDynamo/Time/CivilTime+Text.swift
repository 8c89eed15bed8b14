extension CivilTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Reads the date of an HTTP header, `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else.
    ///
    /// Only the form that servers must send is taken: <https://www.rfc-editor.org/rfc/rfc7231#section-7.1.1.1>.
    init?(httpDate text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"].contains(parts[0]),
            let day = Self.number(parts[1], digits: 2), let month = Self.months.firstIndex(of: String(parts[2])),
            let year = Self.number(parts[3], digits: 4), parts[5] == "GMT"
        else { return nil }
        let time = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        guard time.count == 3, let hour = Self.number(time[0], digits: 2), let minute = Self.number(time[1], digits: 2),
            let second = Self.number(time[2], digits: 2)
        else { return nil }
        self.init(year: year, month: Int64(month) + 1, day: day, hour: hour, minute: minute, second: second)
    }

    /// Reads `2026-01-31T08:49:37Z`, with a fraction (dropped) or an offset such as `+02:00` (applied).
    ///
    /// <https://www.rfc-editor.org/rfc/rfc3339#section-5.6>
    init?(rfc3339 text: String) {
        guard
            let match = text.wholeMatch(
                of: /(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))/
                    .asciiOnlyDigits()
            ),
            let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3),
            let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6),
            let local = CivilTime(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            )
        else { return nil }
        let offset = (match.8.flatMap { Int64($0) } ?? 0) * 3600 + (match.9.flatMap { Int64($0) } ?? 0) * 60
        self.init(seconds: local.seconds - (match.7 == "-" ? -offset : offset))
    }

    /// The form signatures use: `20150830T123600Z`; its first eight characters are the day.
    var signingText: String {
        let bytes = [UInt8](capacity: 16) { output in
            func append(_ number: Int64, digits: Int) {
                var scale: Int64 = digits == 4 ? 1000 : 10
                while scale > 0 {
                    output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / scale % 10))
                    scale /= 10
                }
            }
            append(self.year, digits: 4)
            append(self.month, digits: 2)
            append(self.day, digits: 2)
            output.append(UInt8(ascii: "T"))
            append(self.hour, digits: 2)
            append(self.minute, digits: 2)
            append(self.second, digits: 2)
            output.append(UInt8(ascii: "Z"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func number(_ text: Substring, digits: Int) -> Int64? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }
}
