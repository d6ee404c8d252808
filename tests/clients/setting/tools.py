"""What the clients need: Python environments, Node packages and compiled programs, made once and kept."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from setting import child

HERE = Path(__file__).resolve().parent.parent
PYTHON = HERE / ".venv" / "bin" / "python"


def prepare():
    """Installs and compiles what is pinned, unless it is there already."""
    for folder in (HERE, HERE / "openapi"):
        _once(folder / "requirements.txt", folder / ".venv", _make_environment)
    for folder in ("node", "zapier", "browser", "openapi"):
        _once(HERE / folder / "package-lock.json", HERE / folder / "node_modules", _install_packages)
    _build(HERE / "rust", target())
    _build(HERE / "openapi" / "rust", target() / "openapi-client")


def target():
    """The server's own target folder, so that there is one to cache and to clean."""
    return Path(os.environ.get("CARGO_TARGET_DIR") or HERE.parent.parent / "target").resolve()


def rust_client():
    return target() / "debug" / "client"


def _once(recipe, result, make):
    """Runs `make` when `result` was made by another `recipe`, or not at all."""
    mark, wanted = result / ".made-from", hashlib.sha256(recipe.read_bytes()).hexdigest()
    if not (mark.exists() and mark.read_text() == wanted):
        print(f"  preparing {result.relative_to(HERE)}", flush=True)
        make(recipe, result)
        mark.write_text(wanted)


def _make_environment(requirements, environment):
    shutil.rmtree(environment, ignore_errors=True)
    child.run([sys.executable, "-m", "venv", environment])
    install = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    child.run([*install, "--no-input", "--requirement", requirements], timeout=600)


def _install_packages(lock, _):
    child.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=lock.parent, timeout=600)


def _build(package, folder):
    child.run(
        ["cargo", "build", "--quiet", "--locked", "--manifest-path", package / "Cargo.toml"],
        env={**os.environ, "CARGO_TARGET_DIR": str(folder)},
        timeout=900,
    )
