#!/usr/bin/env python3
"""When a revocation is seen on the other node: `revocation.py PROGRAM`, with a build of the server.

Two nodes on one PostgreSQL. A token is shown to the second every few milliseconds while the first revokes it; then
again with the line between them silent, as on a network that drops packets: the processes of the database behind it
are stopped. The floor is a bare NOTIFY heard on another connection, in the same run. Loopback only, bounded."""

import argparse
import http.client
import json
import os
import random
import signal
import socket
import statistics
import struct
import sys
import tempfile
import time
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "clients"))

from setting import web  # noqa: E402
from setting.consentry import Consentry  # noqa: E402

PACE = 0.005
BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
LISTENERS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'consentry listener'"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--revocations", type=int, default=40)
    arguments = parser.parse_args()
    count = arguments.revocations
    with tempfile.TemporaryDirectory(prefix="consentry-revocation-") as folder:
        # The database's own user looks into it.
        os.chmod(folder, 0o755)
        with Consentry(arguments.program, "postgres", Path(folder)) as server:
            address = urlsplit(server.database_url)
            app = server.api.register_app("Machine", grant_types=["client_credentials"], redirect_uris=[])
            nodes = [Node(node.port, app) for node in server.nodes]
            show("floor: NOTIFY to another connection", [notified(address) for _ in range(count)])
            show("told", [unseen(*nodes) for _ in range(count)])
            with closing(Postgres(address)) as database:
                show("the line silent", [silenced(database, nodes) for _ in range(count)])


def show(what, spans):
    spans = sorted(1000 * span for span in spans)
    print(f"\n{what}: half within {statistics.median(spans):.1f} ms, all within {spans[-1]:.1f} ms ({len(spans)} times)")
    for low, high in zip([0, *BOUNDS], [*BOUNDS, float("inf")], strict=True):
        if seen := sum(low <= span < high for span in spans):
            print(f"  {low:5} to {high:5} ms  {'#' * seen}")


class Node:
    """One node, as the app calls it over a connection that stays open."""

    def __init__(self, port, app):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._headers = {**web.basic(app.id, app.secret), "Content-Type": web.FORM}

    def post(self, path, **fields):
        self._connection.request("POST", path, urlencode(fields), self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (answer.status, text)
        return json.loads(text)

    def accepts(self, token):
        return self.post("/introspect", token=token)["active"]


def unseen(first, second):
    """Seconds from the revocation's answer to the first refusal."""
    token = first.post("/token", grant_type="client_credentials")["access_token"]
    # At any moment in the life of what the second node remembers.
    revoke_at = time.monotonic() + random.uniform(0.1, 1.1)
    while time.monotonic() < revoke_at:
        assert second.accepts(token)
        time.sleep(PACE)
    first.post("/revoke", token=token)
    revoked = time.monotonic()
    while second.accepts(token):
        assert time.monotonic() < revoked + 5, "the other node never refused the token"
        time.sleep(PACE)
    return time.monotonic() - revoked


def silenced(database, nodes):
    with stopped(int(pid) for (pid,) in database.query(LISTENERS)):
        return unseen(*nodes)


@contextmanager
def stopped(pids):
    pids = list(pids)
    assert pids, "nobody listens"
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def notified(address):
    """Seconds from sending NOTIFY on one connection to hearing it on another."""
    with closing(Postgres(address)) as speaker, closing(Postgres(address)) as listener:
        listener.query("LISTEN floor")
        began = time.monotonic()
        speaker.query("NOTIFY floor, 'token'")
        listener.wait_for_notification()
        return time.monotonic() - began


class Postgres:
    """As much of PostgreSQL's protocol as is needed here: no password, text only."""

    def __init__(self, address):
        self._socket = socket.create_connection((address.hostname, address.port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rb")
        start = f"user\0{address.username}\0database\0{address.path[1:]}\0\0".encode()
        self._socket.sendall(struct.pack("!ii", len(start) + 8, 196608) + start)
        self._until(b"Z")

    def query(self, sql):
        text = sql.encode() + b"\0"
        self._socket.sendall(b"Q" + struct.pack("!i", len(text) + 4) + text)
        return [row(body) for kind, body in self._until(b"Z") if kind == b"D"]

    def wait_for_notification(self):
        self._until(b"A")

    def close(self):
        self._stream.close()
        self._socket.close()

    def _until(self, wanted):
        messages = []
        while not messages or messages[-1][0] != wanted:
            kind, length = struct.unpack("!ci", self._stream.read(5))
            body = self._stream.read(length - 4)
            assert kind != b"E", body
            messages.append((kind, body))
        return messages


def row(body):
    columns, at = [], 2
    for _ in range(struct.unpack_from("!h", body)[0]):
        (length,) = struct.unpack_from("!i", body, at)
        columns.append(body[at + 4 : at + 4 + length].decode())
        at += 4 + length
    return columns


if __name__ == "__main__":
    main()
