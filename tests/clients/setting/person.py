"""A person at a browser: cookies are kept, forms are read out of pages, filled in and submitted."""

import json
from dataclasses import dataclass
from dataclasses import field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urljoin
from urllib.parse import urlsplit

from setting import web


class Person:
    def __init__(self, issuer, cookies=None):
        self.issuer = issuer
        self.cookies = dict(cookies or {})

    @classmethod
    def load(cls, path):
        """The person of a browser that another process saved."""
        saved = json.loads(Path(path).read_text())
        return cls(saved["issuer"], saved["cookies"])

    def save(self, path):
        Path(path).write_text(json.dumps({"issuer": self.issuer, "cookies": self.cookies}))

    def sign_in(self, email, password):
        page = self.visit(f"{self.issuer}/sign-in").expect(200, "the sign-in page")
        filled = {"email": email, "password": password}
        answer = self.submit(page, f"{self.issuer}/sign-in", "/sign-in", filled)
        answer.expect(303, "signing in")

    def approve(self, authorize_url):
        """Allows everything that is asked for and returns the address that the app gets the person back at."""
        page = self.visit(authorize_url)
        if page.status == 303:
            return page.location
        page.expect(200, "the consent page")
        answer = self.submit(page, authorize_url, "/authorize", {"decision": "allow"})
        return answer.expect(303, "allowing").location

    def visit(self, url):
        """Goes to a page and on through redirects, as long as they stay on this server."""
        for _ in range(10):
            answer = self.send("GET", url)
            if answer.status != 303 or not self._is_ours(urljoin(url, answer.location)):
                return answer
            url = urljoin(url, answer.location)
        raise AssertionError(f"redirected for ever at {url}")

    def submit(self, page, url, action, filled):
        """Sends the first form with that action as the page filled it in, with `filled` in place of its values."""
        form = next((form for form in forms(page.text) if form.action == action), None)
        assert form, f"no form posts to {action} on {url}:\n{page.text[:2000]}"
        kept = [(name, value) for name, value in form.fields if name not in filled]
        return self.send("POST", urljoin(url, action), form=[*kept, *filled.items()])

    def send(self, method, url, *, form=None, body=None, headers=None):
        headers = dict(headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method != "GET":
            headers["Origin"] = self.issuer
        answer = web.send(method, url, form=form, body=body, headers=headers)
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value or morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer

    def _is_ours(self, url):
        return urlsplit(url)[:2] == urlsplit(self.issuer)[:2]


@dataclass
class Form:
    action: str
    fields: list = field(default_factory=list)


def forms(html):
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


class _FormReader(HTMLParser):
    """Collects what a browser would send: hidden and typed values, ticked boxes, the chosen options."""

    def __init__(self):
        super().__init__()
        self.forms = []
        self._open = None
        self._select = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self._open = Form(attrs.get("action", ""))
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "input" and attrs.get("name") and _is_sent(attrs):
            self._open.fields.append((attrs["name"], attrs.get("value") or ""))
        elif tag == "select":
            self._select = attrs.get("name")
            self._options = []
        elif tag == "option" and self._select:
            self._options.append(("selected" in attrs, attrs.get("value") or ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select and self._options:
            chosen = next((value for selected, value in self._options if selected), self._options[0][1])
            self._open.fields.append((self._select, chosen))
            self._select = None


def _is_sent(attrs):
    kind = attrs.get("type", "text")
    return "checked" in attrs if kind in ("checkbox", "radio") else kind not in ("submit", "button", "file")
