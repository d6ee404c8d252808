"""A private Caddy from Debian's package on a free port."""

import time
from pathlib import Path

from setting import child
from setting import web

OPTIONS = """{
	admin off
	auto_https off
}
"""


class Caddy:
    """`site` is what stands below the global options; `port` is where it listens."""

    def __init__(self, folder, port, site):
        folder, self._port = Path(folder), port
        folder.mkdir()
        configuration = folder / "Caddyfile"
        configuration.write_text(OPTIONS + site)
        env = {"HOME": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin"}
        chosen = ["--config", configuration, "--adapter", "caddyfile"]
        child.run(["caddy", "validate", *chosen], env=env)
        self._server = child.Child(["caddy", "run", *chosen], folder / "caddy.log", env=env)

    def __enter__(self):
        self._server.start()
        deadline = time.monotonic() + 20
        while not web.listens(self._port):
            self._server.check_running()
            assert time.monotonic() < deadline, "Caddy did not start within twenty seconds"
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self._server.stop()
