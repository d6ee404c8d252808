"""The real program, as an operator runs it: one process on SQLite, or two on one PostgreSQL behind one address."""

import base64
import os
import signal
import subprocess
import time
from contextlib import ExitStack
from contextlib import contextmanager
from pathlib import Path

from setting import child
from setting import web
from setting.api import Api
from setting.nginx import balancer
from setting.person import Person
from setting.postgres import Postgres

EMAIL = "ada@example.com"
PASSWORD = "correct horse battery staple"

MODULES = """
[[modules]]
name = "contacts"
title = "Contacts"
description = "People and companies"

[[modules]]
name = "deals"
title = "Deals"
description = "The pipeline"
"""


class Node:
    """One process of the server. It can be killed and started again."""

    def __init__(self, program, folder, port, settings):
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self._program, self._folder = program, folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSENTRY_")}
        self._env = {**kept, **settings, "CONSENTRY_LISTEN": f"127.0.0.1:{port}"}
        self._process = child.Child([program, "serve"], folder / f"{port}.log", env=self._env, cwd=folder)

    def start(self):
        self.launch()
        self.wait()

    def launch(self):
        """Starts the process and does not wait for it."""
        self._launched = time.monotonic()
        self._process.start()

    def wait(self):
        """Waits for the first good answer; returns how many seconds after the start of the process it came."""
        while not self._is_ready():
            self._process.check_running()
            assert time.monotonic() < self._launched + 30, f"no answer from {self.address} within 30 s"
            time.sleep(0.002)
        return time.monotonic() - self._launched

    def stop(self):
        code = self._process.stop()
        assert code == 0, f"a graceful stop ended with {code}:\n{self.log()[-2000:]}"

    def kill(self):
        """As a power cut would end it."""
        self._process.stop(signal.SIGKILL)

    @property
    def pid(self):
        return self._process.pid

    def worked(self):
        """How many seconds of a processor's time the process has had."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def command(self, *arguments, typed=""):
        """Runs another command of the program on the same data, with `typed` on its standard input."""
        command = [self._program, *arguments]
        done = subprocess.run(
            command, input=typed, env=self._env, cwd=self._folder, text=True, capture_output=True, timeout=60
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def log(self):
        return self._process.log.read_text(errors="replace")

    def _is_ready(self):
        try:
            return web.get(f"{self.address}/health/ready").status == 200
        except OSError:
            return False


class Consentry:
    """Everything of one setting, started on entering and stopped on leaving: `database` is `sqlite` or `postgres`.

    `ready` is how many seconds each process took to be ready on an empty database, `person` a browser in which the
    owner of the organization is signed in, and `api` what that person may do over `/api`.
    """

    def __init__(self, program, database, folder, log="warn"):
        self.database, self.folder, self._log = database, Path(folder), log
        self._program = Path(program).resolve()
        self._stack = ExitStack()

    def __enter__(self):
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    @contextmanager
    def two_nodes(self):
        """Two processes on the same data, whatever the database."""
        if len(self.nodes) > 1:
            yield self.nodes
            return
        another = Node(self._program, self.folder, child.free_port(), self._settings)
        another.start()
        try:
            yield [*self.nodes, another]
        finally:
            another.stop()

    def _start(self, stack):
        (self.folder / "consentry.toml").write_text(MODULES)
        ports = [child.free_port() for _ in range(2 if self.database == "postgres" else 1)]
        public = ports[0]
        self._settings = {"CONSENTRY_LOG": self._log, "CONSENTRY_TRUSTED_PROXIES": "127.0.0.1/32"}
        if self.database == "postgres":
            public = child.free_port()
            self.database_url = stack.enter_context(Postgres(self.folder)).url
            self._settings["CONSENTRY_DATABASE_URL"] = self.database_url
            self._settings["CONSENTRY_MASTER_KEY"] = base64.b64encode(os.urandom(32)).decode()
        self.issuer = self._settings["CONSENTRY_ISSUER"] = f"http://127.0.0.1:{public}"
        self.nodes = [Node(self._program, self.folder, port, self._settings) for port in ports]
        # All at once: they find an empty database, and one of them makes its tables.
        for node in self.nodes:
            node.launch()
            stack.callback(node.stop)
        self.ready = [node.wait() for node in self.nodes]
        if self.database == "postgres":
            stack.enter_context(balancer(self.folder / "nginx", public, ports))
        self._add_person()

    def _add_person(self):
        """Beside the running servers, as an operator does it."""
        who = ["--email", EMAIL, "--name", "Ada Lovelace", "--organization", "Acme", "--role", "owner"]
        rest = ["--operator", "--password-stdin"]
        self.nodes[0].command("user", "add", *who, *rest, typed=f"{PASSWORD}\n")
        self.person = Person(self.issuer)
        self.person.sign_in(EMAIL, PASSWORD)
        self.api = Api(self.person)
