"""A private app's token at resources, by curl."""

from setting.curl import Transcript


def private_app(server):
    token = server.api.create_private_app("Nightly export", ["contacts.read"])
    assert token.startswith("PRIVATE."), token[:10]
    header = ["-H", f"Authorization: Bearer {token}"]
    transcript = Transcript()
    me = transcript.curl(*header, f"{server.issuer}/api/me").expect(200, "/api/me")
    assert me.json["label"] == "Nightly export, Acme", me.json
    verify = f"{server.issuer}/verify?scope="
    told = transcript.curl(*header, f"{verify}contacts.read").expect(200, "/verify").headers
    assert told["x-auth-kind"] == "private_app" and told["x-auth-scope"] == "contacts.read", dict(told)
    refused = transcript.curl(*header, f"{verify}contacts.write").expect(403, "/verify for more")
    challenge = refused.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge and "contacts.write" in challenge, challenge
    transcript.curl("-H", f"Authorization: Bearer {token[:-1]}", f"{server.issuer}/api/me").expect(401, "a cut token")
    return f"/api/me, /verify 200 and 403\n{transcript}"
