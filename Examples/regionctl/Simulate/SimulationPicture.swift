internal import RegionKitCore
internal import RegionKitTesting

/// The timelines of simulations of one scenario as a picture, a lane for each policy: faults, how many clients hold
/// each region to be unhealthy, what each region serves, and what failed.
struct SimulationPicture {
    /// A palette that the colour-blind can tell apart: Okabe and Ito, https://jfly.uni-koeln.de/color/.
    ///
    /// Vermillion is what is wrong, and black what is stale.
    private static let palette = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442"]
    private static let (wrong, stale, grey, pale) = ("#D55E00", "#000000", "#595959", "#E6E6E6")
    private static let (width, left, right) = (1200.0, 170.0, 1176.0)
    private static let maximumColumns = 600

    private let scenario: Scenario
    private let reports: [SimulationReport]
    /// How many seconds the axis has.
    private let seconds: Int
    /// How many of them are one column.
    private let bucket: Int
    private let bars: FaultBars
    private var drawing = Drawing()
    /// How far down the picture reaches by now.
    private var y = 36.0

    init(scenario: Scenario, reports: [SimulationReport]) {
        self.scenario = scenario
        self.reports = reports
        let planned = Int((scenario.duration.milliseconds / 1000).rounded(.up))
        self.seconds = max(1, planned, reports.map(\.timeline.count).max() ?? 0)
        self.bucket = (self.seconds + Self.maximumColumns - 1) / Self.maximumColumns
        self.bars = FaultBars(scenario, seconds: self.seconds, from: Self.left, to: Self.right)
    }

    var svg: String {
        var copy = self
        let title = "\(self.scenario.name), seed \(self.reports.first?.seed ?? 0)"
        copy.drawHeader(title)
        copy.drawLegend()
        copy.drawFaults()
        for report in self.reports { copy.drawLane(report) }
        return copy.drawing.document(title, width: Self.width, height: copy.y)
    }

    private func x(_ second: Int) -> Double {
        Self.left + (Self.right - Self.left) * Double(min(second, self.seconds)) / Double(self.seconds)
    }

    private func style(of region: Int) -> (fill: String, opacity: Double) {
        (Self.palette[region % Self.palette.count], [1, 0.6, 0.3][region / Self.palette.count % 3])
    }

    // MARK: - Above the lanes

    private mutating func drawHeader(_ title: String) {
        let width = Self.width - 48
        self.drawing.text(Drawing.cut(title, to: width, size: 20, isBold: true), 24, self.y, size: 20, isBold: true)
        let lines = self.scenario.about.wrapped(to: Int(width / Drawing.width(of: "x")))
        for line in lines.prefix(4) {
            self.y += 18
            self.drawing.text(Drawing.cut(line, to: width), 24, self.y, fill: Self.grey)
        }
        self.y += 16
    }

    private mutating func drawLegend() {
        var entries: [(label: String, fill: String, opacity: [Double])] = self.scenario.regions.enumerated().map {
            ($1.name, self.style(of: $0).fill, [self.style(of: $0).opacity])
        }
        entries.append(("unhealthy: for no client … for all of them", Self.wrong, [0, 0.25, 0.5, 0.75, 1]))
        entries.append(("errors", Self.wrong, [1]))
        entries.append(("stale reads", Self.stale, [1]))
        var x = 24.0
        for (label, fill, shades) in entries {
            let swatch = Double(shades.count) * 12
            let needed = swatch + 6 + Drawing.width(of: label) + 18
            if x + needed > Self.width - 24, x > 24 { (x, self.y) = (24, self.y + 20) }
            for (index, shade) in shades.enumerated() {
                let place = x + Double(index) * 12
                self.drawing.rectangle(place, self.y, 12, 12, fill: shades.count > 1 ? Self.pale : "#FFFFFF")
                self.drawing.rectangle(place, self.y, 12, 12, fill: fill, opacity: shade)
            }
            self.drawing.text(label, x + swatch + 6, self.y + 10)
            x += needed
        }
        self.y += 32
    }

    private mutating func drawFaults() {
        guard !self.bars.all.isEmpty else { return }
        self.drawing.text("faults", 24, self.y + 11)
        for bar in self.bars.all {
            let y = self.y + Double(bar.row) * 20
            self.drawing.rectangle(bar.start, y, bar.end - bar.start, 15, fill: "#BFBFBF")
            self.drawing.text(bar.label, bar.labelPlace, y + 11.5, size: 11, bar.anchor)
        }
        self.y += Double(self.bars.rows) * 20
        if self.bars.hidden > 0 {
            self.drawing.text(
                "… and \(self.bars.hidden.grouped) more",
                Self.left,
                self.y + 11,
                size: 11,
                fill: Self.grey
            )
            self.y += 20
        }
        self.y += 8
    }

    // MARK: - Lanes

    private mutating func drawLane(_ report: SimulationReport) {
        self.drawTitle(report)
        let top = self.y
        for (index, region) in self.scenario.regions.enumerated() { self.drawState(of: region, index, report) }
        self.y += 6
        let served = self.scenario.regions.indices.map { region in
            self.columns(report) { Double($0.served.indices.contains(region) ? $0.served[region] : 0) }
        }
        self.drawPlot("served", height: 96, served, self.scenario.regions.indices.map(self.style))
        self.y += 12
        let failures = [self.columns(report) { Double($0.errors) }, self.columns(report) { Double($0.stale) }]
        self.drawPlot("errors, stale reads", height: 48, failures, [(Self.wrong, 1), (Self.stale, 1)])
        // Where there are few; many would hide what they shall explain.
        for x in self.bars.edges {
            self.drawing.line(from: (x, top), to: (x, self.y), "#7F7F7F", isDashed: true)
        }
        self.drawTimes()
        self.y += 24
    }

    private mutating func drawTitle(_ report: SimulationReport) {
        let notes = SimulationMeasure.all.filter {
            ["availability", "errors", "failoverMs", "failbackMs"].contains($0.name)
        }
        .map { "\($0.title) \($0.text(of: [report]))" }.joined(separator: " · ")
        let room = Self.right - 24 - Drawing.width(of: notes) - 16
        self.drawing.line(from: (24, self.y), to: (Self.right, self.y), "#BFBFBF")
        self.drawing.text(
            Drawing.cut(report.policy, to: room, size: 14, isBold: true),
            24,
            self.y + 20,
            size: 14,
            isBold: true
        )
        self.drawing.text(notes, Self.right, self.y + 20, .end)
        self.y += 32
    }

    private mutating func drawState(of region: Region, _ index: Int, _ report: SimulationReport) {
        let style = self.style(of: index)
        self.drawing.rectangle(Self.left - 18, self.y + 1, 10, 10, fill: style.fill, opacity: style.opacity)
        self.drawing.text(Drawing.cut(region.name, to: Self.left - 48), Self.left - 24, self.y + 10, .end)
        self.drawing.rectangle(Self.left, self.y, Self.right - Self.left, 12, fill: Self.pale)
        let shares = stride(from: 0, to: report.timeline.count, by: self.bucket).map { start in
            let worst = report.timeline[start..<min(start + self.bucket, report.timeline.count)].map { second in
                second.unhealthy.indices.contains(index) ? second.unhealthy[index] : 0
            }.max()
            let share = Double(worst ?? 0) / Double(max(1, report.clients))
            // In twentieths; a single one of many can be seen too.
            return min(1, (share * 20).rounded(.up) / 20)
        }
        var start = 0
        for column in 1..<max(1, shares.count + 1) where column == shares.count || shares[column] != shares[start] {
            if shares[start] > 0 {
                let (from, to) = (self.x(start * self.bucket), self.x(min(column * self.bucket, report.timeline.count)))
                self.drawing.rectangle(from, self.y, to - from, 12, fill: Self.wrong, opacity: shares[start])
            }
            start = column
        }
        self.y += 17
    }

    /// The mean of a figure over the seconds of each column.
    private func columns(
        _ report: SimulationReport,
        _ figure: (SimulationReport.Second) -> Double
    ) -> [Double] {
        stride(from: 0, to: report.timeline.count, by: self.bucket).map { start in
            let seconds = report.timeline[start..<min(start + self.bucket, report.timeline.count)]
            return seconds.reduce(0) { $0 + figure($1) } / Double(seconds.count)
        }
    }

    /// Areas that stand on each other, with a scale.
    private mutating func drawPlot(
        _ title: String,
        height: Double,
        _ areas: [[Double]],
        _ styles: [(fill: String, opacity: Double)]
    ) {
        let base = self.y + height
        for second in Axis.times(to: self.seconds) {
            self.drawing.line(from: (self.x(second), self.y), to: (self.x(second), base), Self.pale)
        }
        var sums = Array(repeating: 0.0, count: areas.first?.count ?? 0)
        var stacks: [[Double]] = []
        for area in areas {
            for (index, value) in area.enumerated() { sums[index] += value }
            stacks.append(sums)
        }
        let greatest = sums.max() ?? 0
        let top = Axis.top(of: greatest)
        // The highest first: each hides what is not its own.
        for (stack, style) in zip(stacks, styles).reversed() {
            let tops = stack.map { base - height * $0 / top }
            let edges = (0...stack.count).map { self.x($0 * self.bucket) }
            if style.opacity < 1 { self.drawing.steps(tops, between: edges, base: base, fill: "#FFFFFF") }
            self.drawing.steps(tops, between: edges, base: base, fill: style.fill, opacity: style.opacity)
        }
        self.drawing.line(from: (Self.left, base), to: (Self.right, base), Self.grey)
        self.drawing.text(title, 24, self.y + height / 2 - 3)
        self.drawing.text("a second", 24, self.y + height / 2 + 12)
        self.drawing.text("0", Self.left - 8, base, size: 11, .end, fill: Self.grey)
        if greatest > 0 {
            self.drawing.text(Axis.label(top), Self.left - 8, self.y + 9, size: 11, .end, fill: Self.grey)
        }
        self.y = base
    }

    private mutating func drawTimes() {
        for second in Axis.times(to: self.seconds) {
            let (x, label) = (self.x(second), Axis.label(seconds: second))
            let reaches = x + Drawing.width(of: label, size: 11) / 2 > Self.width - 4
            self.drawing.line(from: (x, self.y), to: (x, self.y + 4), Self.grey)
            self.drawing.text(label, x, self.y + 17, size: 11, reaches ? .end : .middle)
        }
        self.y += 20
    }
}
