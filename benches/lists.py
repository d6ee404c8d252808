#!/usr/bin/env python3
"""What a page of a long list costs: `lists.py PROGRAM`, with a build of the server.

An organization with many apps, a person who allowed them all, and a long audit log, on SQLite and on PostgreSQL. Of each
list the first page, the last one, what a search and what a filter finds: the median of calls over HTTP, beside the floor,
which is a call that reads one row. Loopback only."""

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "clients"))

from setting.consentry import Consentry  # noqa: E402

CALLS = 21
ZEROS = "0" * 26


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--apps", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--allowed", type=int, default=1000, help="apps that each of them allowed")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    arguments = parser.parse_args()
    for database in arguments.databases:
        with tempfile.TemporaryDirectory(prefix="consentry-lists-") as folder:
            # The database's own user looks into it.
            os.chmod(folder, 0o755)
            with Consentry(arguments.program, database, Path(folder)) as server:
                began = time.monotonic()
                filled = Filled(server, arguments)
                print(f"\n{database}: {arguments.apps:,} apps, {arguments.people * arguments.allowed:,} grants, "
                      f"{arguments.events:,} events; filled in {time.monotonic() - began:.0f} s", flush=True)
                measure(server, filled)


class Filled:
    """What the database was filled with, by texts that both databases understand."""

    def __init__(self, server, sizes):
        self.server = server
        session = server.person.send("GET", f"{server.issuer}/api/session").expect(200, "the session").json
        self.organization, self.user = session["organization_id"], session["user"]["id"]
        model = server.api.register_app("Model").id
        apps, people, events = sizes.apps, sizes.people, sizes.events
        like = ", ".join(name for name in self.columns("clients") if name not in ("id", "name", "disabled_at"))
        disabled = "CASE WHEN i % 100 = 0 THEN 1 END"
        self.run(f"""INSERT INTO clients (id, name, disabled_at, {like}) {numbers(apps)}
            SELECT {named('app', 'i')}, 'App ' || i, {disabled}, {like} FROM n, clients WHERE id = '{model}'""")
        for length in (1, 2, 3):
            self.run(f"""INSERT INTO search_terms (list, term, object) {numbers(apps)}
                SELECT 'apps/{self.organization}', '{'app'[:length]}', {named('app', 'i')} FROM n""")
        for length in range(1, len(str(apps)) + 1):
            self.run(f"""INSERT INTO search_terms (list, term, object) {numbers(apps)}
                SELECT l.list, SUBSTR('' || i, 1, {length}), {named('app', 'i')} FROM n,
                (SELECT 'apps/{self.organization}' AS list UNION ALL SELECT 'apps') l WHERE LENGTH('' || i) >= {length}""")
        pair = f"{numbers(people * sizes.allowed)}, p (i, person, app) AS (SELECT i, i % {people}, 1 + i / {people} FROM n)"
        self.run(f"""INSERT INTO grants (id, user_id, organization_id, client_id, scopes, created_at) {pair}
            SELECT {named('grt', 'i')}, CASE person WHEN 0 THEN '{self.user}' ELSE {named('usr', 'person')} END,
            '{self.organization}', {named('app', 'app')}, 'contacts.read', i FROM p""")
        self.run(f"""INSERT INTO audit_events (id, organization_id, actor, action, object, created_at) {numbers(events)}
            SELECT {named('evt', 'i')}, '{self.organization}', {named('usr', 'i % 1000')},
            CASE WHEN i % 50 = 0 THEN 'client.edit' ELSE 'session.begin' END, {named('app', 'i % 5000')}, i FROM n""")
        self.run("ANALYZE")

    def columns(self, table):
        if self.server.database == "sqlite":
            return [row[1] for row in self.run(f"SELECT * FROM pragma_table_info('{table}')")]
        names = self.run(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")
        return [name for (name,) in names]

    def run(self, sql):
        if self.server.database == "sqlite":
            database = sqlite3.connect(self.server.folder / "data" / "consentry.sqlite3", timeout=60)
            rows = database.execute(sql).fetchall()
            database.commit()
            database.close()
            return rows
        done = subprocess.run(["psql", self.server.database_url, "--quiet", "--tuples-only", "--no-align", "--command", sql],
                              text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        return [tuple(line.split("|")) for line in done.stdout.splitlines()]


def numbers(count):
    return f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"


def named(kind, number):
    """An identifier with that number at its end."""
    padded = f"('{ZEROS}' || ({number}))"
    return f"'{kind}_' || SUBSTR({padded}, LENGTH({padded}) - 25)"


def measure(server, filled):
    last = "after={}_" + f"{ZEROS}40"[-26:]
    last_grant = "after=grt_" + f"{ZEROS}40000"[-26:]
    app = "app_" + f"{ZEROS}77"[-26:]
    person = "usr_" + f"{ZEROS}7"[-26:]
    floor = median(server, "/api/session")
    print(f"  {'floor: the session':44} {floor:6.2f} ms")
    for what, path in [
        ("apps, first page", "/api/apps"),
        ("apps, last page", "/api/apps?" + last.format("app")),
        ("apps, search", "/api/apps?q=app+9999"),
        ("apps, search for what all have", "/api/apps?q=app"),
        ("apps, filter", "/api/apps?state=disabled"),
        ("grants, first page", "/api/grants"),
        ("grants, last page", f"/api/grants?{last_grant}"),
        ("grants, search", "/api/grants?q=999"),
        ("audit log, first page", "/api/audit"),
        ("audit log, last page", "/api/audit?" + last.format("evt")),
        ("audit log, of one person", f"/api/audit?actor={person}"),
        ("audit log, of one kind", "/api/audit?action=client.edit"),
        ("audit log, to one app", f"/api/audit?object={app}"),
        ("audit log, one kind to one app", f"/api/audit?object={app}&action=client.edit"),
        ("audit log, of one person in a time", f"/api/audit?actor={person}&since=1970-01-01&until=1970-01-01"),
    ]:
        took = median(server, path)
        print(f"  {what:44} {took:6.2f} ms, {took - floor:5.2f} above the floor", flush=True)


def median(server, path):
    spans = []
    for _ in range(CALLS):
        began = time.perf_counter()
        server.person.send("GET", server.nodes[0].address + path).expect(200, path)
        spans.append(1000 * (time.perf_counter() - began))
    return statistics.median(spans)


if __name__ == "__main__":
    main()
