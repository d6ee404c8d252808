"""What the clients need: a Python environment, Node packages and a compiled program, made once and kept."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from setting import child

HERE = Path(__file__).resolve().parent.parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"


def prepare():
    """Installs what is pinned, unless it is there already."""
    _once(HERE / "requirements.txt", ENVIRONMENT, _make_environment)
    for folder in ("node", "zapier"):
        lock = HERE / folder / "package-lock.json"
        _once(lock, HERE / folder / "node_modules", lambda folder=folder: _npm(HERE / folder))
    _build_rust()


def rust_client():
    return _target() / "debug" / "client"


def _once(recipe, result, make):
    """Runs `make` when `result` was made by another `recipe`, or not at all."""
    mark, wanted = result / ".made-from", hashlib.sha256(recipe.read_bytes()).hexdigest()
    if not (mark.exists() and mark.read_text() == wanted):
        print(f"  preparing {result.relative_to(HERE)}", flush=True)
        make()
        mark.write_text(wanted)


def _make_environment():
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    child.run([sys.executable, "-m", "venv", ENVIRONMENT])
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    child.run([PYTHON, "-m", "pip", "install", *quiet, "--requirement", HERE / "requirements.txt"], timeout=600)


def _npm(folder):
    child.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, timeout=600)


def _build_rust():
    child.run(
        ["cargo", "build", "--quiet", "--locked", "--manifest-path", HERE / "rust" / "Cargo.toml"],
        env={**os.environ, "CARGO_TARGET_DIR": str(_target())},
        timeout=900,
    )


def _target():
    """The server's own target folder, so that there is one to cache and to clean."""
    return Path(os.environ.get("CARGO_TARGET_DIR") or HERE.parent.parent / "target").resolve()
