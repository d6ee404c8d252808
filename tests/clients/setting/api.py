"""The management API, with the session of a person's browser."""

from dataclasses import dataclass

SCOPES = ["contacts.read", "contacts.write", "deals.read"]
REDIRECT_URI = "https://client.example/callback"


@dataclass
class App:
    """What its author copies when it is registered; a public app has no secret."""

    id: str
    secret: str


class Api:
    def __init__(self, person):
        self._person = person
        session = person.send("GET", f"{person.issuer}/api/session").expect(200, "GET /api/session")
        self._csrf = session.json["csrf_token"]

    def register_app(self, name, **policy):
        """An OAuth app with what `policy` says; the preset decides the rest."""
        usual = {"redirect_uris": [REDIRECT_URI], "scopes": SCOPES}
        registered = self._create("/api/apps", {"name": name, **usual, **policy})
        return App(registered["app"]["id"], registered.get("secret", {}).get("secret", ""))

    def create_private_app(self, name, scopes, **more):
        """The token of a new private app."""
        wanted = {"name": name, "scopes": scopes, "expiry": "30d", **more}
        return self._create("/api/private-apps", wanted)["token"]["token"]

    def _create(self, path, fields):
        url = f"{self._person.issuer}{path}"
        answer = self._person.send("POST", url, body=fields, headers={"X-CSRF-Token": self._csrf})
        return answer.expect(201, f"POST {path}").json
