"""Reads by redis-py's MultiDBClient, so many threads, while a region goes away.

Prints "ready" when the threads read, and in the end the times without a successful read and the errors.

redis-multidb.py THREADS SECONDS HOST:PORT HOST:PORT
"""

import collections
import json
import socket
import sys
import threading
import time

from redis.multidb.client import MultiDBClient
from redis.multidb.config import DatabaseConfig, MultiDbConfig

count, seconds = int(sys.argv[1]), float(sys.argv[2])
places = [place.rsplit(":", 1) for place in sys.argv[3:]]
# The library that answers for the names does not stand being asked first by two at once.
for host, port in places:
    socket.getaddrinfo(host, port)
# Time-outs and thresholds are the other side's; for the rest the client has its defaults.
client = MultiDBClient(
    MultiDbConfig(
        databases_config=[
            DatabaseConfig(
                weight=1 - number / 10,
                client_kwargs={
                    "host": host,
                    "port": int(port),
                    "socket_timeout": 1,
                    "socket_connect_timeout": 1,
                    "max_connections": count * 2,
                },
            )
            for number, (host, port) in enumerate(places)
        ],
        min_num_failures=3,
        failure_rate_threshold=0.5,
        failures_detection_window=10,
    )
)
client.set("plain", b"x" * 300)
lock = threading.Lock()
last, gaps, reads, errors = time.monotonic(), [], 0, collections.Counter()
end = last + 1 + seconds


def read():
    global last, reads
    while time.monotonic() < end:
        try:
            client.get("plain")
        except Exception as error:
            with lock:
                errors[type(error).__name__] += 1
        else:
            with lock:
                now = time.monotonic()
                if now - last > 0.005:
                    gaps.append((last, now))
                last, reads = now, reads + 1
        time.sleep(0.001)


threads = [threading.Thread(target=read) for _ in range(count)]
for thread in threads:
    thread.start()
time.sleep(1)
print("ready", flush=True)
for thread in threads:
    thread.join()
print(json.dumps({"gaps": gaps, "reads": reads, "errors": errors}), flush=True)
client.close()
