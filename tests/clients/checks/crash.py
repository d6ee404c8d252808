"""`kill -9` of the server while codes are redeemed, tokens refreshed and revoked: what was acknowledged holds after the
restart, and no connection is told that its grant is gone."""

import http.client
import threading
import time
from collections import Counter
from urllib.parse import parse_qs
from urllib.parse import urlencode
from urllib.parse import urlsplit

from setting import web
from setting.api import REDIRECT_URI

ACKNOWLEDGED = 1200
KILLED_AFTER = [200, 400, 600, 800, 1000]
CONNECTIONS = 8
MACHINES = 4
REFRESHES = 5


def kill_nine(server):
    app = server.api.register_app(
        "Tireless", pkce="optional", grant_types=["authorization_code", "refresh_token", "client_credentials"]
    )
    client = Client(server, app, ledger := Ledger())
    # The first consent is remembered, so that each later code is one request.
    client.code()
    lives = [_connect_again_and_again] * CONNECTIONS + [_ask_and_revoke] * MACHINES
    workers = [threading.Thread(target=_live, args=(life, client)) for life in lives]
    for worker in workers:
        worker.start()
    try:
        for place, count in enumerate(KILLED_AFTER):
            ledger.wait_for(count)
            node = server.nodes[place % len(server.nodes)]
            node.kill()
            node.start()
        ledger.wait_for(ACKNOWLEDGED)
    finally:
        ledger.done.set()
        for worker in workers:
            worker.join()
    assert not ledger.wrong, f"{len(ledger.wrong)} wrong answers: {ledger.wrong[:5]}"
    lost = [token for token in ledger.alive if not client.is_active(token)]
    assert not lost, f"{len(lost)} of {len(ledger.alive)} acknowledged tokens are not active after the restart"
    revived = [token for token in ledger.dead if client.is_active(token)]
    assert not revived, f"{len(revived)} of {len(ledger.dead)} revoked tokens are active after the restart"
    counts = ", ".join(f"{count} {what}" for what, count in sorted(ledger.acknowledged.items()))
    return f"acknowledged {counts}; {ledger.cut_off} cut off by {len(KILLED_AFTER)} kills; none lost, none revived"


class Ledger:
    """What the server acknowledged: tokens that must be active in the end, and tokens that must not be."""

    def __init__(self):
        self.alive, self.dead, self.wrong = set(), set(), []
        self.acknowledged, self.cut_off = Counter(), 0
        self.done, self._changed = threading.Event(), threading.Condition()

    def acknowledge(self, what, *, alive=(), dead=()):
        with self._changed:
            self.acknowledged[what] += 1
            self.alive.update(alive)
            self.alive.difference_update(dead)
            self.dead.update(dead)
            if self.acknowledged.total() >= ACKNOWLEDGED:
                self.done.set()
            self._changed.notify_all()

    def in_doubt(self, *tokens):
        """Whether these are active is not known until the next acknowledgement."""
        with self._changed:
            self.alive.difference_update(tokens)

    def note_cut_off(self):
        with self._changed:
            self.cut_off += 1

    def note_wrong(self, what, *seen):
        with self._changed:
            self.wrong.append((what, *seen))
            self.done.set()
            self._changed.notify_all()

    def wait_for(self, count):
        with self._changed:
            enough = lambda: self.acknowledged.total() >= count or self.wrong  # noqa: E731
            reached = self._changed.wait_for(enough, timeout=90)
        assert reached, f"{self.acknowledged} instead of {count} answers within 90 s"


class Client:
    """An app that asks again until it is answered, as connectors do."""

    def __init__(self, server, app, ledger):
        self.ledger = ledger
        self._server, self._app = server, app
        self._secret = web.basic(app.id, app.secret)

    def code(self):
        query = {
            "response_type": "code",
            "client_id": self._app.id,
            "redirect_uri": REDIRECT_URI,
            "scope": "contacts.read",
        }
        url = f"{self._server.issuer}/authorize?{urlencode(query)}"
        location, _ = self._insist(lambda: self._server.person.approve(url))
        return parse_qs(urlsplit(location).query)["code"][0]

    def token(self, **form):
        """The answer, and whether one before it was lost."""
        return self._insist(lambda: self._post("/token", form))

    def revoke(self, token):
        answer, _ = self._insist(lambda: self._post("/revoke", {"token": token}))
        if answer.status != 200:
            self.ledger.note_wrong("revocation", answer.status, answer.words())

    def is_active(self, token):
        answer, _ = self._insist(lambda: self._post("/introspect", {"token": token}))
        return answer.expect(200, "/introspect").json["active"]

    def _post(self, path, form):
        answer = web.post(f"{self._server.issuer}{path}", form, headers=self._secret)
        # 502 is the proxy's word for a node that is gone, 503 a node's own for a moment that passes.
        if answer.status in (502, 503):
            raise ConnectionError(answer.status)
        return answer

    def _insist(self, send):
        was_cut_off = False
        deadline = time.monotonic() + 30
        while True:
            try:
                return send(), was_cut_off
            except (OSError, http.client.HTTPException, AssertionError):
                if time.monotonic() > deadline:
                    raise
                was_cut_off = True
                self.ledger.note_cut_off()
                time.sleep(0.01)


def _live(life, client):
    turn = 0
    try:
        while not client.ledger.done.is_set():
            life(client, turn)
            turn += 1
    except Exception as failure:
        client.ledger.note_wrong(life.__name__, repr(failure))


def _connect_again_and_again(client, turn):
    """One connection's life: a code, some refreshes, and every second time the end."""
    ledger = client.ledger
    form = {"grant_type": "authorization_code", "code": client.code(), "redirect_uri": REDIRECT_URI}
    answer, was_cut_off = client.token(**form)
    if answer.status == 400 and was_cut_off:
        return  # The lost answer had used the code up, so its tokens ended with the second try.
    if answer.status != 200:
        return ledger.note_wrong("redemption", answer.status, answer.words())
    family = [*_pair(answer)]
    ledger.acknowledge("codes", alive=family)
    for _ in range(REFRESHES):
        refresh = family[-1]
        ledger.in_doubt(refresh)
        answer, _ = client.token(grant_type="refresh_token", refresh_token=refresh)
        if answer.status != 200:
            return ledger.note_wrong("refresh", answer.status, answer.words())
        successors = _pair(answer)
        family += successors
        ledger.acknowledge("refreshes", alive=successors)
    if turn % 2:
        ledger.in_doubt(*family)
        client.revoke(family[-1])
        ledger.acknowledge("revocations", dead=family)


def _ask_and_revoke(client, turn):
    """A machine's token, and every second time its end."""
    ledger = client.ledger
    answer, _ = client.token(grant_type="client_credentials")
    if answer.status != 200:
        return ledger.note_wrong("client credentials", answer.status, answer.words())
    token = answer.json["access_token"]
    ledger.acknowledge("machine tokens", alive=[token])
    if turn % 2:
        ledger.in_doubt(token)
        client.revoke(token)
        ledger.acknowledge("revocations", dead=[token])


def _pair(answer):
    """The access token, and the refresh token last."""
    return answer.json["access_token"], answer.json["refresh_token"]
