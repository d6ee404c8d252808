"""The management API, with the session of a person's browser."""

SCOPES = ["contacts.read", "contacts.write", "deals.read"]


class Api:
    def __init__(self, person):
        self._person = person
        session = person.send("GET", f"{person.issuer}/api/session").expect(200, "GET /api/session")
        self._csrf = session.json["csrf_token"]

    def register_app(self, **fields):
        """Registers an OAuth app and returns the document with its id and, shown once, its secret."""
        usual = {"kind": "confidential", "scopes": SCOPES, "distribution": "private"}
        return self._create("/api/apps", {**usual, **fields})

    def create_private_app(self, **fields):
        """Creates a private app and returns the document with its token, shown once."""
        return self._create("/api/private-apps", fields)

    def _create(self, path, fields):
        url = f"{self._person.issuer}{path}"
        answer = self._person.send("POST", url, body=fields, headers={"X-CSRF-Token": self._csrf})
        return answer.expect(201, f"POST {path}").json
