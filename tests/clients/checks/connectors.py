"""Programs around other people's OAuth libraries, each from discovery to a revoked token."""

import os
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from setting import child
from setting import tools
from setting.api import SCOPES

STEPS = ["authorized", "exchanged", "called", "refreshed", "revoked", "refused"]
REDIRECT_URI = "https://client.example/callback"
LOOPBACK = "http://127.0.0.1:8765/callback"


@dataclass
class Connector:
    library: str
    command: list
    discovers: bool = False
    # How its app is registered.
    app: dict = field(default_factory=dict)

    def __call__(self, server):
        fields = {"name": f"Made with {self.library}", "redirect_uris": [REDIRECT_URI], **self.app}
        app = server.api.register_app(**fields)
        person = server.folder / "person.json"
        server.person.save(person)
        env = {
            **os.environ,
            "ISSUER": server.issuer,
            "CLIENT_ID": app["client_id"],
            "CLIENT_SECRET": app.get("client_secret") or "",
            "REDIRECT_URI": fields["redirect_uris"][0],
            "SCOPE": " ".join(SCOPES),
            "APPROVE": str(tools.HERE / "approve.py"),
            "PERSON": str(person),
            # They refuse plain http otherwise, loopback included.
            "OAUTHLIB_INSECURE_TRANSPORT": "1",
            "AUTHLIB_INSECURE_TRANSPORT": "1",
        }
        printed = child.run(self.command, env=env, cwd=Path(self.command[-1]).parent, timeout=120)
        expected = ["discovered", *STEPS] if self.discovers else STEPS
        # Some libraries print lines of their own.
        steps = [line for line in printed.splitlines() if line in ["discovered", *STEPS]]
        assert steps == expected, f"completed {steps} instead of {expected}:\n{printed}"
        return ", ".join(steps)


def connectors():
    python, node = tools.HERE / "python", tools.HERE / "node"
    zapier = {"pkce": "optional"}
    public = {"kind": "public", "redirect_uris": [LOOPBACK]}
    return [
        Connector("requests-oauthlib", [tools.PYTHON, python / "with_requests_oauthlib.py"]),
        Connector("Authlib", [tools.PYTHON, python / "with_authlib.py"], discovers=True),
        Connector("openid-client", ["node", node / "with_openid_client.mjs"], discovers=True),
        Connector("simple-oauth2", ["node", node / "with_simple_oauth2.mjs"]),
        Connector("the Rust crate oauth2", [tools.rust_client()]),
        Connector("zapier-platform-core", ["node", tools.HERE / "zapier" / "run.js"], app=zapier),
        Connector("nothing, as MCP hosts are", [tools.PYTHON, python / "plain_public.py"], True, public),
    ]
