#!/usr/bin/env python3
"""What a request costs: `load.py PROGRAM GENERATOR FLOOR`, with a release build of the server, the load generator and
the floor server (bare HTTP and durable storage on the same stack).

Both servers run on core 0 and the generator on core 1, on SQLite with durable answers, and ours with a line in its log
for every request, as it comes. They take turns, a slice each, so that what the machine does besides meets both alike.
The figures to trust are CPU-seconds per 1,000 requests and, above all, the ratio of neighbours: medians, with the least
and the greatest. Loopback only, bounded."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "clients"))

from setting import child  # noqa: E402
from setting.api import App  # noqa: E402
from setting.consentry import Consentry  # noqa: E402

REDIRECT_URI = "https://client.example/cb"
CONNECTIONS = {"w1": 128, "w2": 16, "w3": 16, "w4": 16}
MEANING = {
    "w1": "client_credentials, durable",
    "w2": "introspection",
    "w3": "refresh, durable",
    "w4": "authorize with a session + code exchange, durable",
}
LIVE_TOKENS = 1_000_000


class Side(NamedTuple):
    """A server under load, and the generator's configuration for it."""

    configuration: Path
    pid: int
    server: Consentry | None = None
    machine: App | None = None


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("program", "generator", "floor"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2, help="of a slice, after two to get warm")
    parser.add_argument("--tokens", type=int, default=LIVE_TOKENS, help="live tokens in the table for the memory figure")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="consentry-load-") as folder:
        slices, about = measured(arguments, Path(folder))
    print(f"\n{'':50} {'ours':>9} {'floor':>9} {'ratio':>6}   CPU-s per 1,000, medians of {arguments.rounds}")
    for name, pairs in slices.items():
        ours, floor = (statistics.median(side["cpu_s_per_1k"] for side in sides) for sides in zip(*pairs))
        ratios = [ours["cpu_s_per_1k"] / floor["cpu_s_per_1k"] for ours, floor in pairs]
        rate = statistics.median(ours["rps"] for ours, _ in pairs)
        print(
            f"{name} {MEANING[name]:47} {ours:9.4f} {floor:9.4f} {statistics.median(ratios):6.2f}"
            f"   {min(ratios):.2f} to {max(ratios):.2f} ({rate:.0f}/s, c={CONNECTIONS[name]})"
        )
    print(about)


def measured(arguments, folder):
    """The slices of each workload, ours beside the floor's, and a sentence about memory and start."""
    program = pinned(folder, arguments.program)
    with ExitStack() as stack:
        floors = {name: stack.enter_context(floor(arguments, folder, name)) for name in CONNECTIONS}
        ours = {name: stack.enter_context(provider(program, folder / f"ours-{name}")) for name in CONNECTIONS}
        slices = {name: [] for name in CONNECTIONS}
        for _ in range(arguments.rounds):
            for name in CONNECTIONS:
                slices[name].append([generated(arguments, side, name) for side in (ours[name], floors[name])])
        full = ours["w1"]
        fill(full.server, full.machine, arguments.tokens)
        node = full.server.nodes[0]
        node.stop()
        node.launch()
        ready = node.wait()
        for name in ("w1", "w2"):
            generated(arguments, full._replace(pid=node.pid), name)
        resident = memory(node.pid)
    started = f"ready after {full.server.ready[0] * 1000:.0f} ms on an empty folder, {ready * 1000:.0f} ms with the tokens"
    return slices, f"{resident:.0f} MB resident with {arguments.tokens:,} live tokens, after load; {started}"


@contextmanager
def provider(program, folder):
    """Our server for one workload, as the floor has one: what others wrote does not weigh on it."""
    folder.mkdir()
    with Consentry(program, "sqlite", folder, log="info") as server:
        usual = {"scopes": ["contacts.read", "contacts.write"], "pkce": "required"}
        machine = server.api.register_app(
            "Bench machine", grant_types=["client_credentials"], redirect_uris=[], **usual
        )
        web = server.api.register_app(
            "Bench web", grant_types=["authorization_code", "refresh_token"], redirect_uris=[REDIRECT_URI], **usual
        )
        query = f"response_type=code&client_id={web.id}&redirect_uri=https%3A%2F%2Fclient.example%2Fcb"
        challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        pkce = f"&code_challenge={challenge}&code_challenge_method=S256"
        server.person.approve(f"{server.issuer}/authorize?{query}{pkce}")
        configuration = folder / "ours.toml"
        configuration.write_text(written(server, machine, web))
        yield Side(configuration, server.nodes[0].pid, server, machine)


def written(server, machine, web):
    host = server.issuer.removeprefix("http://")
    cookies = "; ".join(f"{name}={value}" for name, value in server.person.cookies.items())
    client = lambda app: f'{{ id = "{app.id}", secret = "{app.secret}", auth = "basic" }}'
    return f"""
name = "consentry"
storage = "SQLite"
addr = "{host}"
host = "{host}"
client = {client(web)}
[token]
path = "/token"
[cc]
client = {client(machine)}
scope = "contacts.read"
[introspect]
path = "/introspect"
client = {client(machine)}
[authorize]
path = "/authorize"
redirect_uri = "{REDIRECT_URI}"
scope = "contacts.read contacts.write"
cookie = "{cookies}"
freeze_cookies = true
"""


def fill(server, machine, count):
    """Puts live tokens into the table, as if so many had been issued. The server is not asked, only its file."""
    import sqlite3

    database = sqlite3.connect(server.folder / "data" / "consentry.sqlite3", timeout=30)
    now = int(time.time() * 1000)
    organization = database.execute("SELECT organization_id FROM clients LIMIT 1").fetchone()[0]
    authorization = machine.id.replace("app_", "aut_")
    database.execute(
        "INSERT INTO authorizations (id, client_id, organization_id, scopes, created_at, look_at)"
        " VALUES (?, ?, ?, 'contacts.read', ?, ?) ON CONFLICT (id) DO NOTHING",
        (authorization, machine.id, organization, now, now + 86_400_000),
    )
    row = (authorization, "contacts.read", now, now + 86_400_000)
    rows = ((f"filler-{number:036}", *row) for number in range(count))
    database.executemany(
        "INSERT INTO access_tokens (digest, authorization_id, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        rows,
    )
    database.commit()
    database.close()


@contextmanager
def floor(arguments, folder, name):
    """The floor server of a workload: its configuration for the generator, and its process."""
    port = child.free_port()
    paths = {"w1": "/t/dbg", "w2": "/t/ram", "w3": "/token", "w4": "/token"}
    configuration = folder / f"floor-{name}.toml"
    storage = "" if name == "w2" else f"sqlite://{folder}/floor-{name}.db"
    configuration.write_text(f"""
name = "floor"
addr = "127.0.0.1:{port}"
host = "127.0.0.1:{port}"
[client]
id = "bench"
secret = "benchsecret"
[token]
path = "{paths[name]}"
[introspect]
path = "/i/ram"
[authorize]
path = "/authorize"
redirect_uri = "{REDIRECT_URI}"
scope = "openid read"
cookie = "sid=benchsession"
freeze_cookies = true
""")
    command = [str(pinned(folder, arguments.floor)), "poem", str(port), *([storage] if storage else [])]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1.5)
        yield Side(configuration, server.pid)
    finally:
        server.terminate()
        server.wait()


def generated(arguments, side, name):
    connections = str(CONNECTIONS[name])
    command = ["taskset", "-c", "1", str(arguments.generator), str(side.configuration), name, "-c", connections]
    command += ["-d", str(arguments.seconds), "-w", "2", "--pid", str(side.pid), "--json"]
    done = subprocess.run(command, text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr[:1000]
    result = json.loads(done.stdout)
    assert result["errors"] == 0, result
    return result


def pinned(folder, program):
    script = folder / f"pinned-{program.name}"
    script.write_text(f'#!/bin/sh\nexec taskset -c 0 "{program.resolve()}" "$@"\n')
    script.chmod(0o755)
    return script


def memory(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    main()
