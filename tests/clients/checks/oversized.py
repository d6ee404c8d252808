"""What is too large is refused in our own words behind a real nginx, which answers 502 where the server resets."""

import http.client

from setting import child
from setting import web
from setting.nginx import Nginx

HTTP = """
  client_max_body_size 0;
  large_client_header_buffers 8 128k;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {node};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_request_buffering {buffering};
    }}
  }}
"""

FORM = {"Content-Type": web.FORM}


def oversized_requests(server):
    for buffering in ("on", "off"):
        port = child.free_port()
        http_block = HTTP.format(port=port, node=server.nodes[0].address, buffering=buffering)
        with Nginx(server.folder / f"oversized-{buffering}", port, http_block):
            for size in (70_000, 1_000_000, 8_000_000):
                for _ in range(3):
                    said = f"{size} bytes, buffering {buffering}"
                    _send(port, "/token", 413, said, body=b"a" * size, headers=FORM)
                    pieces = (b"a" * 8192 for _ in range(size // 8192 + 1))
                    _send(port, "/token", 413, f"{said}, in chunks", body=pieces, headers=FORM)
            for size in (20_000, 60_000, 120_000):
                for _ in range(3):
                    _send(port, "/token", 431, f"{size} bytes of header", body=b"a=b", headers={**FORM, "X-Large": "x" * size})
            _send(port, f"/token?{'x' * 9000}", 414, "a long address", body=b"a=b", headers=FORM)
            _send(port, "/token", 400, "an ordinary request afterwards", body=b"a=b", headers=FORM)
    return "413, 414 and 431 arrive, with and without buffering, in both framings"


def _send(port, target, status, what, **request):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", target, **request)
        answer = web.answer(connection.getresponse())
    finally:
        connection.close()
    answer.expect(status, what)
