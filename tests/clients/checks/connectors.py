"""Programs around other people's OAuth libraries, each from discovery to a revoked token."""

import os
from dataclasses import dataclass
from pathlib import Path

from setting import child
from setting import tools
from setting.api import REDIRECT_URI
from setting.api import SCOPES

STEPS = ["authorized", "exchanged", "called", "refreshed", "revoked", "refused"]
LOOPBACK = "http://127.0.0.1:8765/callback"


@dataclass
class Connector:
    library: str
    command: list
    discovers: bool = False
    # Where people come back to, and the policy of its app.
    redirect_uri: str = REDIRECT_URI
    preset: str = "standard"

    def __call__(self, server):
        policy = {"redirect_uris": [self.redirect_uri], "preset": self.preset}
        app = server.api.register_app(f"Made with {self.library}", **policy)
        person = server.folder / "person.json"
        server.person.save(person)
        env = {
            **os.environ,
            "ISSUER": server.issuer,
            "CLIENT_ID": app.id,
            "CLIENT_SECRET": app.secret,
            "REDIRECT_URI": self.redirect_uri,
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
    return [
        Connector("requests-oauthlib", [tools.PYTHON, python / "with_requests_oauthlib.py"]),
        Connector("Authlib", [tools.PYTHON, python / "with_authlib.py"], discovers=True),
        Connector("openid-client", ["node", node / "with_openid_client.mjs"], discovers=True),
        Connector("simple-oauth2", ["node", node / "with_simple_oauth2.mjs"]),
        Connector("the Rust crate oauth2", [tools.rust_client()]),
        Connector("zapier-platform-core", ["node", tools.HERE / "zapier" / "run.js"], preset="zapier"),
        Connector("nothing, as MCP hosts are", [tools.PYTHON, python / "plain_public.py"], True, LOOPBACK, "native"),
    ]
