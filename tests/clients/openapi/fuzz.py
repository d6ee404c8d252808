"""Whether the document and the server say the same: schemathesis, with every check, a credential that each operation
accepts, and things that exist for it to work on."""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs
from urllib.parse import urlencode
from urllib.parse import urlsplit

from setting import web
from setting.api import Api
from setting.api import REDIRECT_URI
from setting.consentry import PASSWORD
from setting.person import Person

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / ".venv" / "bin" / "schemathesis"
CHALLENGE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

# Each in a process of its own, so that all cores work. What does not depend on the seed is done once.
RUNS = [(20, "examples,coverage"), (20, "fuzzing"), (26, "fuzzing")]

EXAMPLES = 60

ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409"]
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "414", "415", "422", "428"]

# What the tool cannot know, path by path; more of it is in `fuzz_hooks.py`. Everything else that it finds fails the run.
KNOWN = [
    # Codes and tokens that are well-formed and unknown: 400 with its own word (RFC 6749 section 5.2). The tool knows
    # that of the address in `tokenUrl` only.
    ("^/services/oauth2/v1/token$", "positive_data_acceptance", [*ACCEPTED, "400"]),
    # An address that is too long, an app that is unknown, a redirect URI that is not registered.
    ("authorize$", "negative_data_rejection", REFUSED),
    ("authorize$", "positive_data_acceptance", [*ACCEPTED, "422"]),
    # Who guesses a password waits, whatever they guess.
    ("^/api/(account/password|session/proof)$", "positive_data_acceptance", [*ACCEPTED, "422", "429"]),
    ("^/api/(account/password|session/proof)$", "negative_data_rejection", [*REFUSED, "429"]),
    # A request is refused by its values too, when they do not fit what there is: an unknown scope, a life that the
    # organization's policy forbids. That is 422; 400 stays for what the document rules out.
    ("^/api/", "positive_data_acceptance", [*ACCEPTED, "422"]),
    # An address that is too long is refused before anything of it is read.
    ("^/verify$", "negative_data_rejection", REFUSED),
]


def run(server, document, scopes):
    """Fails with what was found, and when an operation never succeeded."""
    given = credentials(server, scopes)
    folders = [server.folder / f"fuzz-{number}" for number in range(len(RUNS))]
    processes = [start(server, document, given, *run, folder) for run, folder in zip(RUNS, folders)]
    try:
        codes = [process.wait(timeout=600) for process in processes]
    finally:
        for process in processes:
            process.kill()
    found = [(folder / "printed").read_text()[-20000:] for folder, code in zip(folders, codes) if code]
    assert not found, "\n".join(found)
    answers = Counter()
    for folder in folders:
        answers.update(json.loads((folder / "answers.json").read_text()))
    named = [operation["operationId"] for methods in json.loads(document.read_text())["paths"].values()
             for operation in methods.values()]
    missed = [name for name in named if not any(key.startswith(f"{name} 2") for key in answers)]
    assert not missed, f"never answered with success: {', '.join(missed)}"
    reached = {name: sum(count for key, count in answers.items() if key.startswith(f"{name} 2")) for name in named}
    print(f"       {sum(answers.values())} calls; with success: "
          + ", ".join(f"{name} {count}" for name, count in reached.items()), flush=True)


def credentials(server, scopes):
    """A token of a person who is an operator, an app's secret, and a browser session. The app is another organization's:
    whatever the calls do, its own goes on."""
    who = ["--email", "eve@example.com", "--name", "Eve", "--organization", "Elsewhere", "--role", "owner"]
    server.nodes[0].command("user", "add", *who, "--operator", "--password-stdin", typed=f"{PASSWORD}\n")
    eve = Person(server.issuer)
    eve.sign_in("eve@example.com", PASSWORD)
    grant_types = ["authorization_code", "refresh_token", "client_credentials"]
    app = Api(eve).register_app("Fuzzing", scopes=scopes, grant_types=grant_types, distribution="public")
    query = {"client_id": app.id, "response_type": "code", "redirect_uri": REDIRECT_URI, "scope": " ".join(scopes),
             **CHALLENGE}
    back = server.person.approve(f"{server.issuer}/authorize?{urlencode(query)}")
    form = {"grant_type": "authorization_code", "code": parse_qs(urlsplit(back).query)["code"][0],
            "redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER}
    issued = web.post(f"{server.issuer}/token", form, headers=web.basic(app.id, app.secret)).expect(200, "a token")
    session = server.person.send("GET", f"{server.issuer}/api/session").expect(200, "the session").json
    listed = server.person.send("GET", f"{server.issuer}/api/grants").expect(200, "the grants").json
    server.person.save(server.folder / "person.json")
    cookie = next(name for name in server.person.cookies if name.endswith("sid"))
    return {
        "issuer": server.issuer,
        "client_id": app.id,
        "basic": {"username": app.id, "password": app.secret},
        "token": issued.json["access_token"],
        "cookie": cookie,
        "session": server.person.cookies[cookie],
        "csrf": session["csrf_token"],
        "organization_id": session["organization_id"],
        "person": str(server.folder / "person.json"),
        "kept": [app.id, session["user"]["id"], *(item["id"] for item in listed["items"])],
    }


def start(server, document, given, seed, phases, folder):
    folder.mkdir()
    kept = folder / "given.json"
    kept.write_text(json.dumps(given))
    settings = folder / "schemathesis.toml"
    settings.write_text(configuration(given))
    command = [PROGRAM, "--config-file", settings, "run", document, "--url", server.issuer, "--checks", "all",
               "--max-examples", EXAMPLES, "--seed", seed, "--continue-on-failure",
               "--phases", phases, "--no-shrink", "--generation-database", "none"]
    env = {**os.environ, "FUZZ_GIVEN": str(kept), "FUZZ_ANSWERS": str(folder / "answers.json"),
           "PYTHONPATH": f"{HERE}:{HERE.parent}", "PYTHONDONTWRITEBYTECODE": "1"}
    with (folder / "printed").open("w") as printed:
        return subprocess.Popen([str(word) for word in command], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                                stdout=printed, stderr=subprocess.STDOUT)


def configuration(given):
    """See `KNOWN`. `/authorize` names no scheme, since anybody may come to it; who does so here is signed in."""
    schemes = {"client_basic": given["basic"], "oauth2": {"bearer": given["token"]},
               "session": {"api_key": given["session"]}}
    csrf = {"X-CSRF-Token": given["csrf"], "Origin": given["issuer"]}
    cookie = {"Cookie": f"{given['cookie']}={given['session']}", "Origin": given["issuer"]}
    by_path = [("^/api/(account|session|grants|members(?!/me)|invitations|organization|instance)", csrf), ("authorize$", cookie)]
    # Nobody signs up over the API; the tool would take any answer with a token for that.
    tables = ['hooks = "fuzz_hooks"', "[auth]", "auto-signup = false"]
    for name, credentials in schemes.items():
        tables += [f"[auth.openapi.{name}]", *assignments(credentials)]
    for path, headers in by_path:
        tables += ["[[operations]]", f"include-path-regex = {json.dumps(path)}", "[operations.headers]"]
        tables += assignments(headers)
    for path, check, statuses in KNOWN:
        tables += ["[[operations]]", f"include-path-regex = {json.dumps(path)}", f"[operations.checks.{check}]"]
        tables.append(f"expected-statuses = {json.dumps(statuses)}")
    return "\n".join(tables)


def assignments(values):
    return [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in values.items()]
