"""Each of a hundred codes redeemed fifty times at once by two processes."""

import http.client
from collections import Counter
from contextlib import ExitStack
from urllib.parse import parse_qs
from urllib.parse import urlencode
from urllib.parse import urlsplit

from setting import web
from setting.api import REDIRECT_URI

CODES = 100
PARALLEL = 50


def redemption_race(server):
    app = server.api.register_app("Racer", pkce="optional")
    codes = [_code(server, app) for _ in range(CODES)]
    assert len(set(codes)) == CODES
    with server.two_nodes() as nodes, ExitStack() as stack:
        connections = [_connection(stack, nodes[place % 2].port) for place in range(PARALLEL)]
        outcomes = Counter()
        for code in codes:
            answers = _redeem_at_once(server, app, connections, code)
            outcomes.update(answer.status for answer in answers)
            won = [answer for answer in answers if answer.status == 200]
            lost = {answer.json["error"] for answer in answers if answer.status != 200}
            assert len(won) == 1, f"{len(won)} wins of one code: {Counter(answer.status for answer in answers)}"
            assert lost <= {"invalid_grant"}, lost
            _expect_all_dead(server, app, won[0].json)
    return f"{CODES} codes x {PARALLEL}: {outcomes[200]} wins, {outcomes[400]} x 400, every authorization dead"


def _code(server, app):
    query = {
        "response_type": "code",
        "client_id": app.id,
        "redirect_uri": REDIRECT_URI,
        "scope": "contacts.read",
    }
    location = server.person.approve(f"{server.issuer}/authorize?{urlencode(query)}")
    return parse_qs(urlsplit(location).query)["code"][0]


def _connection(stack, port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    stack.callback(connection.close)
    connection.connect()
    return connection


def _redeem_at_once(server, app, connections, code):
    """All requests are under way before the first answer is read."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    headers = web.basic(app.id, app.secret)
    headers |= {"Content-Type": web.FORM, "Host": urlsplit(server.issuer).netloc}
    for connection in connections:
        connection.request("POST", "/token", body=urlencode(form), headers=headers)
    return [web.answer(connection.getresponse()) for connection in connections]


def _expect_all_dead(server, app, tokens):
    for name in ("access_token", "refresh_token"):
        secret = web.basic(app.id, app.secret)
        known = web.post(f"{server.issuer}/introspect", {"token": tokens[name]}, headers=secret)
        known.expect(200, "/introspect")
        assert known.json == {"active": False}, f"the {name} of a replayed code: {known.text}"
