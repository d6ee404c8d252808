"""What every client is given, and what it reports: one word a line for each step that it completed."""

import os
import subprocess
import sys
import time

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ.get("CLIENT_SECRET")
REDIRECT_URI = os.environ["REDIRECT_URI"]
SCOPE = os.environ["SCOPE"].split()
METADATA = f"{ISSUER}/.well-known/oauth-authorization-server"
ME = f"{ISSUER}/api/me"


def approve(url):
    """Has the person allow what is asked for at `url`; returns the address that the app gets them back at."""
    done = subprocess.run([os.environ["APPROVE"], url], stdout=subprocess.PIPE, text=True)
    return done.stdout.strip() if done.returncode == 0 else sys.exit("not approved")


def completed(step):
    print(step, flush=True)


def wait_until_refused(call):
    """Calls until the answer is 401. Another node may remember a token for a second after its end."""
    deadline = time.monotonic() + 2
    while (status := call().status_code) != 401:
        assert time.monotonic() < deadline, f"a revoked token still gets {status}"
        time.sleep(0.1)
