"""How long no read succeeds when a Redis region goes away, ours and MultiDBClient in turn; prints one JSON line a fault.

redis-failover.py OUR_PROGRAM PAIRS
"""

import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

THREADS, SECONDS = 8, 8
peer = pathlib.Path(__file__).with_name("redis-multidb.py")
folder = pathlib.Path(tempfile.mkdtemp())
hosts = folder / "hosts"
library = next(pathlib.Path("/usr/lib").glob("*/libnss_wrapper.so"))
# So that a name can vanish from the resolver of the clients alone.
environment = os.environ | {"LD_PRELOAD": str(library), "NSS_WRAPPER_HOSTS": str(hosts)}


def start_server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
    server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    for _ in range(600):
        if command(port, "ping") == "PONG":
            return server, port
        time.sleep(0.1)
    sys.exit("redis-server does not start")


def command(port, *words):
    return subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True).stdout.strip()


def write_hosts(names):
    new = folder / "new"
    new.write_text("".join(f"127.0.0.1 {name}\n" for name in names))
    new.replace(hosts)


def fail(fault, server, port):
    if fault == "killed":
        server.kill()
    elif fault == "stopped":
        server.send_signal(signal.SIGSTOP)
    else:
        # Connections that are open go on without a name.
        write_hosts(["other.test"])
        command(port, "client", "kill", "type", "normal")


def trial(program, fault):
    write_hosts(["first.test", "other.test"])
    (first, port), (other, other_port) = start_server(), start_server()
    try:
        places = [f"first.test:{port}", f"other.test:{other_port}"]
        client = subprocess.Popen(
            [*program, str(THREADS), str(SECONDS), *places], env=environment, stdout=subprocess.PIPE, text=True
        )
        if client.stdout.readline() != "ready\n":
            sys.exit(f"{program[0]} does not read")
        time.sleep(1)
        start = time.monotonic()
        fail(fault, first, port)
        report = json.loads(client.communicate(timeout=120)[0])
    finally:
        for server in (first, other):
            server.kill()
            server.wait()
    gap = max((end - max(begin, start) for begin, end in report["gaps"] if end > start), default=0.005)
    return gap * 1000, sum(report["errors"].values())


for fault in ("killed", "stopped", "name vanished"):
    pairs = []
    for _ in range(int(sys.argv[2])):
        pairs.append((trial([sys.argv[1], "failover"], fault), trial([sys.executable, "-W", "ignore", peer], fault)))
    row = {"bench": f"P8 time without a successful read, {fault}, 8 callers", "pairs": len(pairs)}
    for name, side in (("", 0), ("multidb_", 1)):
        times = [pair[side][0] for pair in pairs]
        row[f"{name}ms"] = round(statistics.median(times), 1)
        row[f"{name}ms_min"], row[f"{name}ms_max"] = round(min(times), 1), round(max(times), 1)
        row[f"{name}errors"] = [pair[side][1] for pair in pairs]
    print(json.dumps(row), flush=True)
