"""`kill -9` of the server while it gives out tokens: what was acknowledged is there after the restart."""

import http.client
import threading
import time

from setting import web

TOKENS = 1000
WORKERS = 16
KILLED_AFTER = [250, 500, 750]


def kill_nine(server):
    app = server.api.register_app("Tireless", grant_types=["client_credentials"])
    ledger = Ledger(server.folder / "ledger.txt")
    secret = web.basic(app.id, app.secret)
    workers = [threading.Thread(target=_work, args=(server, secret, ledger)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    try:
        for place, count in enumerate(KILLED_AFTER):
            ledger.wait_for(count)
            node = server.nodes[place % len(server.nodes)]
            node.kill()
            node.start()
        ledger.wait_for(TOKENS)
    finally:
        ledger.done.set()
        for worker in workers:
            worker.join()
    tokens = ledger.path.read_text().split()
    lost = [token for token in tokens if not _is_active(server, secret, token)]
    assert not lost, f"{len(lost)} of {len(tokens)} acknowledged tokens are not active after the restart"
    assert not ledger.unexpected, f"answers other than 200 and a proxy's 502: {ledger.unexpected[:5]}"
    return f"{len(tokens)} acknowledged, {ledger.failed} requests cut off by {len(KILLED_AFTER)} kills, none lost"


class Ledger:
    """One acknowledged token a line, written before the next request is sent."""

    def __init__(self, path):
        self.path, self.done = path, threading.Event()
        self.unexpected, self.failed, self._count = [], 0, 0
        self._file, self._changed = path.open("w"), threading.Condition()

    def write(self, token):
        with self._changed:
            print(token, file=self._file, flush=True)
            self._count += 1
            if self._count >= TOKENS:
                self.done.set()
            self._changed.notify_all()

    def note_failure(self, answer=None):
        with self._changed:
            self.failed += 1
            if answer and answer.status != 502:
                self.unexpected.append(answer)

    def wait_for(self, count):
        with self._changed:
            reached = self._changed.wait_for(lambda: self._count >= count, timeout=60)
        assert reached, f"{self._count} tokens instead of {count} within a minute"


def _work(server, secret, ledger):
    while not ledger.done.is_set():
        try:
            answer = web.post(f"{server.issuer}/token", {"grant_type": "client_credentials"}, headers=secret)
        except (OSError, http.client.HTTPException):
            ledger.note_failure()
            time.sleep(0.01)
            continue
        if answer.status == 200:
            ledger.write(answer.json["access_token"])
        else:
            ledger.note_failure(answer)


def _is_active(server, secret, token):
    answer = web.post(f"{server.issuer}/introspect", {"token": token}, headers=secret)
    return answer.expect(200, "/introspect").json["active"]
