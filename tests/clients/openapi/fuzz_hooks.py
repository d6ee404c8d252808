"""What schemathesis loads: credentials, things for the operations to work on, and a count of what was answered."""

import atexit
import base64
import hashlib
import itertools
import json
import os
import time
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs
from urllib.parse import urlencode

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from setting import web
from setting.api import REDIRECT_URI
from setting.consentry import EMAIL
from setting.consentry import PASSWORD
from setting.person import Person

GIVEN = json.loads(Path(os.environ["FUZZ_GIVEN"]).read_text())
CHALLENGE = {"code_challenge": "A" * 43, "code_challenge_method": "S256"}
ANSWERS = Counter()
CALLS = Counter()
NUMBERS = itertools.count()


@schemathesis.hook
def before_call(_context, case, _kwargs):
    path = case.operation.path
    CALLS[path] += 1
    valid = case.meta and not any(case.meta.is_negative_at(place) for place in ParameterLocation)
    ours = (case.path_parameters or {}).get("id") in GIVEN["kept"]
    if path == "/api/members/me":
        # Whoever leaves can do nothing else, so somebody else does.
        act_as(case, member()[1])
    elif ours or valid and CALLS[path] % 2:
        exist(path, case)
    elif path.endswith("/authorize"):
        name_the_app(case)
    if valid and isinstance(case.body, dict) and is_basic(case):
        # Who authenticates by header does not do so in the body too: the document can say that in words only.
        case.body.pop("client_id", None)
        case.body.pop("client_secret", None)


def is_basic(case):
    return {"client_basic": []} in case.operation.definition.raw["security"]


def exist(path, case):
    """Has the operation meet what is there: every other valid call does."""
    if path.startswith("/api/apps/{id}") or path.startswith("/api/instance/apps/{id}"):
        wanted = {"name": "Fuzzed", "scopes": ["contacts.read"], "redirect_uris": [REDIRECT_URI]}
        made = create("/api/apps", wanted)
        case.path_parameters["id"] = made["app"]["id"]
        if "secret_id" in case.path_parameters:
            case.path_parameters["secret_id"] = made["secret"]["id"]
    elif path.startswith("/api/private-apps/{id}"):
        made = create("/api/private-apps", {"name": "Fuzzed", "scopes": ["contacts.read"], "expiry": "30d"})
        case.path_parameters["id"] = made["private_app"]["id"]
        if "token_id" in case.path_parameters:
            case.path_parameters["token_id"] = made["token"]["id"]
    elif path.startswith("/api/modules/{name}"):
        name = f"module{os.getpid()}_{CALLS[path]}"
        case.path_parameters["name"] = create("/api/modules", {"name": name, "title": "Fuzzed"})["name"]
    elif path.startswith("/api/grants/{id}"):
        case.path_parameters["id"] = grant()
    elif path == "/api/account/password":
        case.body = {"current_password": PASSWORD, "new_password": PASSWORD}
    elif path == "/api/session/proof":
        case.body = {"current_password": PASSWORD}
    elif path == "/api/sessions/{id}":
        case.path_parameters["id"] = session()
    elif path == "/api/members/{id}":
        case.path_parameters["id"] = member()[0]
    elif path == "/api/invitations/{id}":
        case.path_parameters["id"] = invite()["invitation"]["id"]
    elif path == "/api/session/organization":
        case.body = {"organization_id": GIVEN["organization_id"]}
    elif path.endswith("/authorize"):
        asked(case).update(client_id=GIVEN["client_id"], prompt="consent", **CHALLENGE)


def name_the_app(case):
    """Whatever is wrong besides is then told to the app. What is wrong with these two stays."""
    for name, known in {"client_id": GIVEN["client_id"], "redirect_uri": REDIRECT_URI}.items():
        value = asked(case).get(name)
        if isinstance(value, str) and value.isprintable() and 0 < len(value) <= 4096:
            asked(case)[name] = known


def asked(case):
    parameters = case.query if case.method == "GET" else case.body
    return parameters if isinstance(parameters, dict) else {}


def create(path, wanted):
    answer = web.send("POST", GIVEN["issuer"] + path, body=wanted, headers=web.bearer(GIVEN["token"]))
    return answer.expect(201, f"POST {path}").json


def grant():
    """What the person allowed an app just now."""
    person = Person.load(GIVEN["person"])
    app = create("/api/apps", {"name": "Fuzzed", "scopes": ["contacts.read"], "redirect_uris": [REDIRECT_URI]})["app"]
    query = {"client_id": app["id"], "response_type": "code", "redirect_uri": REDIRECT_URI, **CHALLENGE}
    person.approve(f"{person.issuer}/authorize?{urlencode(query)}")
    listed = person.send("GET", f"{person.issuer}/api/grants").expect(200, "the grants")
    return listed.json["items"][0]["id"]


def session():
    """One more of the person, which began just now: its id is the digest of its cookie."""
    person = Person(GIVEN["issuer"])
    for tries_left in reversed(range(30)):
        try:
            person.sign_in(EMAIL, PASSWORD)
            break
        except AssertionError:
            # Another process changed the password to itself in this moment, and may do so again.
            if tries_left == 0:
                raise
            time.sleep(0.2)
    cookie = person.cookies[GIVEN["cookie"]]
    return base64.urlsafe_b64encode(hashlib.sha256(cookie.encode()).digest()).decode().rstrip("=")


def invite():
    """An invitation for an address that nobody else has."""
    owner = Person.load(GIVEN["person"])
    wanted = {"email": f"fuzzed{os.getpid()}.{next(NUMBERS)}@example.com", "role": "member"}
    headers = {"X-CSRF-Token": GIVEN["csrf"]}
    return owner.send("POST", f"{owner.issuer}/api/invitations", body=wanted, headers=headers).expect(201, "inviting").json


def member():
    """A new member of the organization: their id, and their browser."""
    link = invite()["link"]
    person = Person(GIVEN["issuer"])
    page = person.visit(link).expect(200, "the invitation")
    person.submit(page, link, "/join", {"name": "Fuzzed", "password": PASSWORD}).expect(303, "joining")
    session = person.send("GET", f"{person.issuer}/api/session").expect(200, "the session").json
    return session["user"]["id"], {"person": person, "csrf": session["csrf_token"]}


def act_as(case, other):
    case.cookies = dict(other["person"].cookies)
    case.headers.update({"X-CSRF-Token": other["csrf"], "Origin": GIVEN["issuer"]})


@schemathesis.hook
def filter_failure(_context, failure, case, response):
    """Forgives what the document can say in words only."""
    kind = type(failure).__name__
    # A proxy asks with its caller's method, whatever that is.
    if case.operation.path == "/verify" and kind == "UnsupportedMethodResponse":
        return False
    # Whoever leaves comes from above, with the credential that the tool has just taken away.
    if case.operation.path == "/api/members/me" and kind == "IgnoredAuth":
        return False
    # What is wrong with the request of a known app is told to that app (RFC 6749 section 4.1.2.1).
    return not (kind == "AcceptedNegativeData" and case.operation.path.endswith("/authorize") and tells_app(response))


def tells_app(response):
    """By a redirect, or by a form that the browser posts."""
    back, _, query = response.headers.get("location", [""])[0].partition("?")
    if response.status_code == 303:
        return back == REDIRECT_URI and "error" in parse_qs(query)
    return all(part in response.text for part in (f'action="{REDIRECT_URI}"', 'name="error"'))


@schemathesis.hook
def after_call(_context, case, response):
    if response.request.method == case.operation.method.upper():
        ANSWERS[f"{case.operation.definition.raw['operationId']} {response.status_code}"] += 1


@atexit.register
def write():
    Path(os.environ["FUZZ_ANSWERS"]).write_text(json.dumps(ANSWERS))
