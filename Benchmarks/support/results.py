"""Writes Benchmarks/RESULTS.md from the JSON lines of a run; sections that were not run are kept."""

import datetime
import json
import pathlib
import platform
import re
import subprocess
import sys

folder, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
target = pathlib.Path(__file__).parent.parent / "RESULTS.md"
sections = {}
if target.exists():
    for name, body in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", target.read_text(), re.S | re.M):
        sections[name] = body.strip()


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0].strip()


model = next(
    (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
    platform.machine(),
)
cores = subprocess.run(["nproc"], capture_output=True, text=True).stdout.strip()
where = f"{datetime.date.today()}, {cores} cores of {model}, {first_line('swift', '--version')}"

for name in names:
    rows = [json.loads(line) for line in (folder / name).read_text().splitlines() if line.startswith("{")]
    lines = [where, "", "| what | figures |", "|---|---|"]
    for row in rows:
        flat = {}
        for key, value in row.items():
            if isinstance(value, dict):
                flat.update({f"{key} {inner}": number for inner, number in value.items()})
            else:
                flat[key] = value
        title = flat.pop("bench", None) or flat.pop("benchmark", name)
        flat.pop("benchmark", None)
        lines.append(f"| {title} | " + ", ".join(f"{key} {value}" for key, value in flat.items()) + " |")
    sections[name] = "\n".join(lines)

head = """# Results

Written by `Scripts/bench`. Both sides of a comparison ran in turn in one run; the ratio (peer's time by ours) is the
median of the pairs, with the lowest and the highest. Machines are shared: compare ratios, not times.
"""
order = ["core", "sqlite", "codec", "import", "dynamodb", "redis"]
body = "\n\n".join(f"## {name}\n\n{sections[name]}" for name in order if name in sections)
target.write_text(f"{head}\n{body}\n")
print(f"wrote {target}")
