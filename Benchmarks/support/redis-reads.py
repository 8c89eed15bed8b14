"""Reads one value of 300 bytes, so many threads at once; prints nanoseconds and processor nanoseconds each.

redis-reads.py redis-py|MultiDBClient PORT THREADS COUNT
"""

import concurrent.futures
import sys
import time

import redis

port, threads, count = map(int, sys.argv[2:])
if sys.argv[1] == "MultiDBClient":
    from redis.multidb.client import MultiDBClient
    from redis.multidb.config import DatabaseConfig, MultiDbConfig

    settings = {"port": port, "max_connections": threads}
    client = MultiDBClient(MultiDbConfig(databases_config=[DatabaseConfig(client_kwargs=settings)]))
else:
    client = redis.Redis(port=port, max_connections=threads)
client.set("plain", b"x" * 300)


def loop(times):
    for _ in range(times):
        assert len(client.get("plain")) == 300


def run(times):
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(loop, -(-times // threads)) for _ in range(threads)]:
            future.result()


run(count // 10 + threads)
start, processor = time.perf_counter_ns(), time.process_time_ns()
run(count)
print((time.perf_counter_ns() - start) // count, (time.process_time_ns() - processor) // count)
