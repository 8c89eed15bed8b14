extension String {
    /// The end of a sentence about an unknown name: what was probably meant, else what is known.
    package func suggestion(from names: [String], else introduction: String) -> String {
        if let name = self.nearest(among: names) { return "; did you mean \(name)?" }
        return introduction + names.joined(separator: ", ") + "."
    }

    /// The name that this one was probably meant to be: it begins so, or few letters differ; nil when none is near.
    package func nearest(among names: [String]) -> String? {
        if self.count > 2, let longer = names.first(where: { $0.hasPrefix(self) }) { return longer }
        let limit = Swift.max(1, self.count / 3)
        return names.map { (name: $0, distance: self.distance(to: $0)) }
            .filter { $0.distance <= limit }
            .min { $0.distance < $1.distance }?.name
    }

    /// How many letters are missing, too many, other ones or swapped with their neighbour ("optimal string alignment").
    private func distance(to other: String) -> Int {
        let (left, right) = (Array(self.lowercased()), Array(other.lowercased()))
        var rows = [Array(0...right.count)]
        for i in 1..<(left.count + 1) {
            var row = [i]
            for j in 1..<(right.count + 1) {
                let isEqual = left[i - 1] == right[j - 1]
                var best = Swift.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (isEqual ? 0 : 1))
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    best = Swift.min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
