"""Calls by the real curl, kept as a transcript that shows what a reader would type and get."""

import re
import shlex
import subprocess

from setting import web

SECRET = re.compile(r"\b((?:OAUTH2|REFRESH|PRIVATE|SECRET)\.\w{6})\w+")
SHOWN = ("location", "content-type", "www-authenticate", "x-auth-")


class Transcript:
    def __init__(self):
        self.lines = []

    def curl(self, *arguments, cookies=None):
        """Runs `curl` with these arguments. `cookies` are sent and not shown."""
        shown = f"$ curl -i {shlex.join(arguments)}"
        self.lines.append(_masked(shown))
        command = ["curl", "--silent", "--show-error", "--include", "--max-time", "30", *arguments]
        if cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in cookies.items())
            command += ["--cookie", pairs]
        done = subprocess.run(command, capture_output=True, text=True, timeout=40, check=True)
        return self._answer(done.stdout)

    def _answer(self, text):
        head, _, body = text.replace("\r\n", "\n").partition("\n\n")
        status, *headers = head.split("\n")
        kept = [line for line in headers if line.lower().startswith(SHOWN)]
        self.lines += [_masked(f"  {line}") for line in [status, *kept, *body.split("\n")[:5]] if line]
        message = web.http.client.HTTPMessage()
        for line in headers:
            name, _, value = line.partition(":")
            message[name] = value.strip()
        return web.Answer(int(status.split()[1]), message, body)

    def __str__(self):
        return "\n".join(self.lines)


def _masked(text):
    return SECRET.sub(r"\1…", text)
