"""A private nginx from Debian's package on a free port."""

import shutil
import time
from pathlib import Path

from setting import child
from setting import web

# Every Debian has it.
USER = "www-data"

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {http}
}}
"""

BALANCER = """
  upstream nodes {{ {servers} keepalive 64; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://nodes;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
"""


class Nginx:
    """`http` is what stands in the http block; `port` is where it listens."""

    def __init__(self, folder, port, http):
        self._folder, self._port = Path(folder), port
        self._folder.mkdir()
        configuration = self._folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=self._folder, http=http))
        if child.IS_ROOT:
            shutil.chown(self._folder, USER, USER)
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        command = [program, "-e", self._folder / "error.log", "-p", self._folder, "-c", configuration]
        self._server = child.Child(command, self._folder.with_suffix(".log"), user=USER)

    def __enter__(self):
        self._server.start()
        deadline = time.monotonic() + 10
        while not web.listens(self._port):
            self._server.check_running()
            assert time.monotonic() < deadline, "nginx did not start within ten seconds"
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self._server.stop()


def balancer(folder, port, nodes):
    """One address for several nodes, each in its turn."""
    servers = " ".join(f"server 127.0.0.1:{node} max_fails=0;" for node in nodes)
    return Nginx(folder, port, BALANCER.format(servers=servers, port=port))
