"""The list of what may go unchecked, and why."""

from pathlib import Path

LIST = Path(__file__).resolve().parents[2] / "unchecked.txt"


def reason(name):
    """Why `name` may go unchecked; None when it may not."""
    entries = (line.partition(": ") for line in LIST.read_text().splitlines())
    return next((why for known, _, why in entries if known == name), None)
