"""HTTP as the checks speak it: one request, one answer, redirects never followed."""

import base64
import http.client
import json
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.parse import urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def location(self):
        return self.headers.get("Location")

    def expect(self, status, what):
        assert self.status == status, f"{what}: {self.status} instead of {status}: {self.words()}"
        return self

    def words(self):
        """What it says, without the marks of a page."""
        body = self.text.partition("<body")[2] or self.text
        return " ".join(re.sub(r"<svg.*?</svg>|<[^>]*>", " ", body, flags=re.DOTALL).split())[:500]


def send(method, url, *, form=None, body=None, headers=None, timeout=30):
    """`form` is a mapping or a list of pairs, `body` anything that JSON can hold."""
    address = urlsplit(url)
    headers = dict(headers or {})
    if form is not None:
        body, headers["Content-Type"] = urlencode(form), FORM
    elif body is not None:
        body, headers["Content-Type"] = json.dumps(body), "application/json"
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=timeout)
    try:
        connection.request(method, target, body=body, headers=headers)
        return answer(connection.getresponse())
    finally:
        connection.close()


def answer(response):
    return Answer(response.status, response.headers, response.read().decode())


def get(url, **options):
    return send("GET", url, **options)


def post(url, form=None, **options):
    return send("POST", url, form=form, **options)


def basic(client_id, client_secret):
    pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
