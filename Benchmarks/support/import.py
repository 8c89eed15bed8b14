"""P13: `regionctl import` of DynamoDB JSON lines against `sqlite3 .import` of the same as rows, and what it takes.

import.py REGIONCTL FOLDER [ITEMS] [PAIRS]: one JSON line for one region, with the ratio (peer's time by ours) of
alternating pairs, one for three regions (until all have everything), one for items of 300 KB in three regions, and one
for the export. Memory is the highest resident size of the process, as the system counts it.
"""

import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

tool, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
items = int(sys.argv[3]) if len(sys.argv) > 3 else 350_000
pairs = int(sys.argv[4]) if len(sys.argv) > 4 else 3
regions = ["us-west-2", "us-east-1", "eu-west-1"]
columns = "id TEXT PRIMARY KEY, text TEXT, state TEXT, priority INTEGER, created INTEGER, owner TEXT, locked TEXT, count INTEGER"


def make(name, count, size, rows=None):
    """Items in an order that is not that of their keys, as DynamoDB exports them."""
    numbers = list(range(count))
    random.Random(7).shuffle(numbers)
    text = "abcdefghi " * (size // 10)
    with open(folder / name, "w") as lines, open(folder / (rows or os.devnull), "w") as table:
        for n in numbers:
            lines.write(
                '{"Item":{"id":{"S":"item-%011d"},"text":{"S":"%s"},"state":{"S":"ready"},"priority":{"N":"3"},'
                '"created":{"N":"1767225600"},"owner":{"S":"alice"},"locked":{"BOOL":false},"count":{"N":"%d"}}}\n'
                % (n, text, n)
            )
            if rows:
                table.write("item-%011d,%s,ready,3,1767225600,alice,false,%d\n" % (n, text, n))
    return (folder / name).stat().st_size


def measure(*command):
    """Seconds, and megabytes at most, of a command that must succeed; and what it printed."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return time.monotonic() - began, usage.ru_maxrss / 1000, output


def imported(name, count):
    """Imports a file into empty regions."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    files = [{"name": region, "backend": f"sqlite:data/{region}.sqlite"} for region in regions[:count]]
    table = {"name": "bench", "partitionKey": "id"}
    (folder / "regionkit.json").write_text(json.dumps({"table": table, "regions": files}))
    seconds, megabytes, output = measure(tool, "import", name, "--json")
    report = json.loads(output)
    assert not report["skipped"] and not report["pending"], report
    return seconds, megabytes


def peer():
    for path in folder.glob("peer.db*"):
        path.unlink()
    return measure(
        "sqlite3", "peer.db", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
        f"CREATE TABLE item ({columns})", ".mode csv", ".import rows.csv item",
    )[0]  # fmt: skip


def show(name, **figures):
    print(json.dumps({"bench": name, **figures}), flush=True)


size = make("items.json", items, 830, "rows.csv")
ours, theirs, memory = [], [], 0
for _ in range(pairs):
    theirs.append(peer())
    seconds, megabytes = imported("items.json", 1)
    ours.append(seconds)
    memory = max(memory, megabytes)
ratios = sorted(peer / own for peer, own in zip(theirs, ours))
show(
    "P13 import against sqlite3 .import",
    items=items, bytes=size, pairs=pairs, seconds=round(statistics.median(ours), 2),
    sqlite3_seconds=round(statistics.median(theirs), 2), ratio=round(statistics.median(ratios), 2),
    ratio_min=round(ratios[0], 2), ratio_max=round(ratios[-1], 2), megabytes=round(memory),
)  # fmt: skip
seconds, megabytes = imported("items.json", 3)
show("P13 import, three regions", items=items, seconds=round(seconds, 2), megabytes=round(megabytes))
seconds, megabytes, _ = measure(tool, "export", "export.json")
show("export", items=items, seconds=round(seconds, 2), megabytes=round(megabytes))
os.unlink(folder / "export.json")
make("items.json", 1000, 300_000)
seconds, megabytes = imported("items.json", 3)
show("import of items of 300 KB, three regions", items=1000, seconds=round(seconds, 2), megabytes=round(megabytes))
