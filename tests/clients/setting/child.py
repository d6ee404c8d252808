"""Programs that the checks start. Each ends by its own process id, or with this process however that ends."""

import os
import signal
import socket
import subprocess
from pathlib import Path

IS_ROOT = os.geteuid() == 0


class Child:
    """A server in the background whose output goes to a file."""

    def __init__(self, command, log, *, user=None, env=None, cwd="/", ends_with=signal.SIGTERM):
        self._command = [*_bound(user, ends_with), *map(str, command)]
        self._env, self._cwd, self.log = env, cwd, Path(log)
        self._process = None

    def start(self):
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._env, cwd=self._cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    @property
    def pid(self):
        return self._process.pid

    def stop(self, with_signal=signal.SIGTERM, patience=20):
        """Sends the signal, waits, and returns the exit code; what does not end in time is killed, which is an error."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(with_signal)
        try:
            return process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self._command[-1]} did not stop within {patience} s") from None

    def check_running(self):
        """Fails with the end of its log when the program has ended."""
        if self._process is not None and self._process.poll() is not None:
            tail = self.log.read_text(errors="replace")[-2000:]
            raise AssertionError(f"{self._command} ended with {self._process.returncode}:\n{tail}")


def run(command, *, user=None, timeout=300, **options):
    """Runs a program to its end and returns what it printed; fails with that when the program does."""
    command = [*_bound(user, signal.SIGTERM), *map(str, command)]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        **options,
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _bound(user, ends_with):
    """Without root where a user is named, and never longer than the thread that starts it."""
    command = ["setpriv", "--pdeathsig", signal.Signals(ends_with).name.removeprefix("SIG")]
    if user and IS_ROOT:
        command += ["--reuid", user, "--regid", user, "--init-groups"]
    return [*command, "--"]
