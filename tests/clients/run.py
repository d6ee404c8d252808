#!/usr/bin/env python3
"""Runs the real program and has programs that others wrote use it: `run.py PROGRAM [--database NAME] [--only WORD]`.

For SQLite with one process, and for PostgreSQL with two processes behind one address, every check prints one line.
The last line counts them; the exit code is 0 when none failed."""

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from checks.connectors import connectors
from checks.crash import kill_nine
from checks.forward_auth import proxies
from checks.oversized import oversized_requests
from checks.private_apps import private_app
from checks.redemption import redemption_race
from checks.shared_file import shared_file
from checks.start import quiet_log
from checks.start import ready_in_time
from checks.worktual import worktual_dialect
from setting import tools
from setting import unchecked
from setting.consentry import Consentry

DATABASES = {"sqlite": "SQLite, one process", "postgres": "PostgreSQL, two processes behind one address"}


class Tally:
    def __init__(self, only):
        self.passed, self.failed, self._only = 0, 0, only

    def check(self, name, function, *arguments):
        if self._only and self._only.lower() not in name.lower():
            return
        started = time.monotonic()
        try:
            seen = function(*arguments)
        except Exception as failure:
            self.fail(name, failure)
            return
        self.passed += 1
        words, _, detail = (seen or "").partition("\n")
        print(f"ok     {name}: {words} ({time.monotonic() - started:.1f} s)", flush=True)
        if detail:
            print(_indented(detail), flush=True)

    def excuse(self, name, program):
        """What cannot be checked has failed, unless the program is not here and the list says why."""
        if self._only and self._only.lower() not in name.lower():
            return
        why = unchecked.reason(program)
        if why and not shutil.which(program):
            print(f"NOT CHECKED {name}: {why}", flush=True)
        else:
            self.fail(name, AssertionError(f"nothing checks it, and {program} is here or not in {unchecked.LIST.name}"))

    def fail(self, name, failure):
        frames = traceback.extract_tb(failure.__traceback__)
        # An assertion says what was wrong and where; of anything else the way to it is of interest.
        shown = frames[-1:] if isinstance(failure, AssertionError) else frames
        places = [f"{Path(frame.filename).name}:{frame.lineno}: {frame.line}" for frame in shown]
        words = "\n".join([f"{type(failure).__name__}: {failure}", *places])
        self.failed += 1
        print(f"FAILED {name}\n{_indented(words)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("program", type=Path, help="the built server")
    parser.add_argument("--database", choices=DATABASES, action="append", help="only this one")
    parser.add_argument("--only", help="only checks whose name contains this")
    arguments = parser.parse_args()
    tools.prepare()
    tally = Tally(arguments.only)
    for database in arguments.database or DATABASES:
        print(f"\n{DATABASES[database]}", flush=True)
        with tempfile.TemporaryDirectory(prefix="consentry-clients-") as folder:
            # The database and the proxies run as other users.
            Path(folder).chmod(0o755)
            try:
                with Consentry(arguments.program, database, folder) as server:
                    _check_all(tally, server)
            except Exception as failure:
                tally.fail("starting or stopping", failure)
    print(f"\n{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed else 0


def _check_all(tally, server):
    for connector in connectors():
        tally.check(f"a client with {connector.library}", connector, server)
    tally.check("the Worktual dialect", worktual_dialect, server)
    tally.check("a private app's token", private_app, server)
    for proxy, check in proxies().items():
        name = f"forward-auth behind {proxy}"
        if check:
            tally.check(name, check, server)
        else:
            tally.excuse(name, proxy.lower())
    tally.check("oversized requests behind nginx", oversized_requests, server)
    if server.database == "sqlite":
        tally.check("another program with the database open", shared_file, server)
    tally.check("a code redeemed many times at once", redemption_race, server)
    tally.check("kill -9 under load", kill_nine, server)
    tally.check("ready", ready_in_time, server)
    tally.check("the log", quiet_log, server)


def _indented(text):
    return "\n".join(f"       {line}" for line in text.rstrip().splitlines())


if __name__ == "__main__":
    sys.exit(main())
