"""Turns lines of "ours theirs" (nanoseconds) into one JSON line with medians and the ratio's median and range."""

import json
import statistics
import sys

pairs = [tuple(map(float, line.split())) for line in sys.stdin]
ratios = sorted(theirs / ours for ours, theirs in pairs)
print(
    json.dumps(
        {
            "bench": sys.argv[1],
            "pairs": len(pairs),
            "ns": round(statistics.median(ours for ours, _ in pairs)),
            f"{sys.argv[2]}_ns": round(statistics.median(theirs for _, theirs in pairs)),
            "ratio": round(statistics.median(ratios), 2),
            "ratio_min": round(ratios[0], 2),
            "ratio_max": round(ratios[-1], 2),
        }
    )
)
