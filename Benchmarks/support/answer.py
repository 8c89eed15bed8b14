"""Writes the configuration of an nginx that answers every request with one item, 372 bytes of DynamoDB JSON.

answer.py FOLDER PORT
"""

import pathlib
import sys
import zlib

folder, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
body = (
    '{"Item":{"id":{"S":"order-000042"},"customer":{"S":"customer-0017"},"state":{"S":"paid"},'
    '"total":{"N":"1249.90"},"placed":{"N":"1767225600"},"lines":{"L":[{"M":{"sku":{"S":"A-1001"},"count":{"N":"2"}}},'
    '{"M":{"sku":{"S":"B-2002"},"count":{"N":"1"}}}]},"express":{"BOOL":true},"note":{"S":"%s"}}}'
)
body = body % ("x" * (372 - len(body) + 2))
assert len(body) == 372
(folder / "nginx.conf").write_text(
    f"""daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    keepalive_timeout 300s;
    client_body_temp_path {folder}/body;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            default_type application/x-amz-json-1.0;
            add_header x-amz-crc32 {zlib.crc32(body.encode())};
            return 200 '{body}';
        }}
    }}
}}
"""
)
