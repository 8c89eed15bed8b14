"""Turns lines of pairs (nanoseconds) into one JSON line with medians and the ratio's median and range.

A line is "ours theirs", or "ours ours' theirs theirs'" with processor time after each time.
"""

import json
import statistics
import sys

lines = [list(map(float, line.split())) for line in sys.stdin]
step = len(lines[0]) // 2
pairs = [(line[0], line[step]) for line in lines]
ratios = sorted(theirs / ours for ours, theirs in pairs)
row = {
    "bench": sys.argv[1],
    "pairs": len(pairs),
    "ns": round(statistics.median(ours for ours, _ in pairs)),
    f"{sys.argv[2]}_ns": round(statistics.median(theirs for _, theirs in pairs)),
    "ratio": round(statistics.median(ratios), 2),
    "ratio_min": round(ratios[0], 2),
    "ratio_max": round(ratios[-1], 2),
}
if step == 2:
    row["cpu_ns"] = round(statistics.median(line[1] for line in lines))
    row[f"{sys.argv[2]}_cpu_ns"] = round(statistics.median(line[3] for line in lines))
print(json.dumps(row))
