"""Reads one item by a Python client, so many requests in flight; prints nanoseconds and processor nanoseconds each.

dynamo.py boto3|aiobotocore URL IN_FLIGHT COUNT
"""

import sys
import time

name, url, in_flight, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
options = dict(
    region_name="us-east-1",
    endpoint_url=url,
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
)
request = dict(TableName="orders", Key={"id": {"S": "order-000042"}})


def measured(run):
    run(count // 10 + in_flight)
    start, processor = time.perf_counter_ns(), time.process_time_ns()
    run(count)
    print(
        (time.perf_counter_ns() - start) // count,
        (time.process_time_ns() - processor) // count,
    )


if name == "boto3":
    import concurrent.futures

    import boto3
    from botocore.config import Config

    client = boto3.client("dynamodb", config=Config(max_pool_connections=in_flight), **options)

    def loop(times):
        for _ in range(times):
            assert client.get_item(**request)["Item"]["id"]["S"] == "order-000042"

    def run(times):
        with concurrent.futures.ThreadPoolExecutor(in_flight) as pool:
            for future in [pool.submit(loop, -(-times // in_flight)) for _ in range(in_flight)]:
                future.result()

    measured(run)
else:
    import asyncio

    from aiobotocore.config import AioConfig
    from aiobotocore.session import get_session

    async def main():
        config = AioConfig(max_pool_connections=in_flight)
        async with get_session().create_client("dynamodb", config=config, **options) as client:

            async def loop(times):
                for _ in range(times):
                    answer = await client.get_item(**request)
                    assert answer["Item"]["id"]["S"] == "order-000042"

            async def run(times):
                await asyncio.gather(*[loop(-(-times // in_flight)) for _ in range(in_flight)])

            await run(count // 10 + in_flight)
            start, processor = time.perf_counter_ns(), time.process_time_ns()
            await run(count)
            print(
                (time.perf_counter_ns() - start) // count,
                (time.process_time_ns() - processor) // count,
            )

    asyncio.run(main())
