#!/usr/bin/env python3
"""Whether the committed OpenAPI document says what other people's tools can use, and what the server does."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import fuzz  # noqa: E402
from setting import tools  # noqa: E402
from setting.consentry import Consentry  # noqa: E402

DOCUMENT = HERE.parent.parent.parent / "openapi" / "consentry.json"
NODE = HERE / "node_modules" / ".bin"
PYTHON = HERE / ".venv" / "bin"
SCOPES = ["apps.read", "apps.write", "private_apps.read", "private_apps.write", "modules.read", "modules.write",
          "audit.read", "contacts.read", "contacts.write", "deals.read", "deals.write"]


def main():
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory(prefix="consentry-openapi-") as folder:
        Path(folder).chmod(0o755)
        with Consentry(Path(sys.argv[1]), "sqlite", folder) as server:
            for name, check in checks(server):
                if len(sys.argv) > 2 and sys.argv[2] not in name:
                    continue
                started = time.monotonic()
                try:
                    check()
                except Exception as failure:
                    failed += 1
                    print(f"FAILED {name}\n{failure}", flush=True)
                    continue
                passed += 1
                print(f"ok     {name} ({time.monotonic() - started:.1f} s)", flush=True)
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def checks(server):
    token = server.api.create_private_app("Generated clients", SCOPES)
    env = {**os.environ, "ISSUER": server.issuer, "TOKEN": token}
    python = HERE / "generated"
    return [
        ("Redocly finds nothing", lambda: run([NODE / "redocly", "lint", DOCUMENT])),
        ("Spectral finds nothing", lambda: run([NODE / "spectral", "lint", "--fail-severity=hint", DOCUMENT])),
        ("openapi-typescript makes types", lambda: run(
            [NODE / "openapi-typescript", DOCUMENT, "--output", HERE / "typescript" / "schema.ts"])),
        ("they compile under strict", lambda: run([NODE / "tsc", "--project", HERE / "typescript"])),
        ("and manage an app", lambda: run(["node", HERE / "typescript" / "build" / "manage.js"], env=env)),
        ("openapi-python-client makes a client", lambda: run(
            [PYTHON / "openapi-python-client", "generate", "--path", DOCUMENT, "--output-path", python, "--overwrite",
             "--meta", "none", "--fail-on-warning"], env={**os.environ, "PATH": f"{PYTHON}:{os.environ['PATH']}"})),
        ("it compiles and imports", lambda: run(
            [PYTHON / "python", "-c", "import compileall, sys; assert compileall.compile_dir('generated', quiet=1); "
             "import generated.client, generated.models, generated.api"], cwd=HERE)),
        ("progenitor makes a Rust client that compiles and manages an app", lambda: run(
            ["cargo", "run", "--quiet", "--locked", "--manifest-path", HERE / "rust" / "Cargo.toml"],
            env={**env, "CARGO_TARGET_DIR": str(tools.target() / "openapi-client")})),
        ("schemathesis finds nothing, and every operation succeeds", lambda: fuzz.run(server, DOCUMENT, SCOPES)),
    ]


def run(command, **options):
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, **options
    )
    assert done.returncode == 0, f"{Path(str(command[0])).name} ended with {done.returncode}:\n{done.stdout[-6000:]}"
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
