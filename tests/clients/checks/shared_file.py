"""Another program opens the SQLite file and closes it again, as a backup or a person with `sqlite3` does."""

import sqlite3
from contextlib import closing

from setting import web


def shared_file(server):
    """Unless the server holds SQLite's locks, the program takes itself for the last one and removes the log."""
    file = server.folder / "data" / "consentry.sqlite3"
    app = server.api.register_app("Watched", grant_types=["client_credentials"])
    secret = web.basic(app.id, app.secret)
    form = {"grant_type": "client_credentials"}
    for count in range(1, 6):
        token = web.post(f"{server.issuer}/token", form, headers=secret).expect(200, "/token")
        with closing(sqlite3.connect(file, timeout=5)) as connection:
            query = "SELECT count(*) FROM access_tokens WHERE authorization_id = ?"
            (seen,) = connection.execute(query, [app.id.replace("app_", "aut_")]).fetchone()
            assert seen == count, f"{seen} tokens are in the file instead of {count}"
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.with_name(f"{file.name}-wal").exists(), "the log was removed under the running server"
        known = {"token": token.json["access_token"]}
        assert web.post(f"{server.issuer}/introspect", known, headers=secret).expect(200, "/introspect").json["active"]
    return "sees every token, and the log stays"
