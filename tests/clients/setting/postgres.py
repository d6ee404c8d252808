"""A private PostgreSQL from Debian's programs, as an unprivileged user on a free port."""

import shutil
import signal
import time
from pathlib import Path

from setting import child

# Debian's package creates it. The server refuses to run as root.
USER = "postgres"


class Postgres:
    def __init__(self, folder):
        self._folder = Path(folder) / "postgres"
        self._folder.mkdir()
        if child.IS_ROOT:
            shutil.chown(self._folder, USER, USER)
        self._port = child.free_port()
        data = self._folder / "data"
        self._server = child.Child(
            [
                *(_programs() / "postgres", "-D", data, "-p", self._port),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
                *("-c", "max_connections=100"),
            ],
            folder / "postgres.log",
            user=USER,
            ends_with=signal.SIGQUIT,
        )

    @property
    def url(self):
        return f"postgres://postgres@127.0.0.1:{self._port}/postgres"

    def __enter__(self):
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "--pgdata"]
        child.run([_programs() / "initdb", *options, self._folder / "data"], user=USER, cwd="/")
        self._server.start()
        ready = [_programs() / "pg_isready", "-h", "127.0.0.1", "-p", self._port]
        deadline = time.monotonic() + 60
        while True:
            self._server.check_running()
            try:
                child.run(ready, cwd="/")
                return self
            except AssertionError:
                assert time.monotonic() < deadline, "PostgreSQL did not start within a minute"
                time.sleep(0.05)

    def __exit__(self, *_):
        self._server.stop(signal.SIGINT)


def _programs():
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parent.parent.name), default=None)
    assert newest, "PostgreSQL is not installed: apt-get install postgresql"
    return newest.parent
