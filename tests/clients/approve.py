#!/usr/bin/env python3
"""Stands in for a person and their browser: `approve.py URL` allows what the app asks for at URL and prints where the
browser is sent. PERSON names a file that `Person.save` wrote."""

import os
import sys

from setting.person import Person

if __name__ == "__main__":
    try:
        print(Person.load(os.environ["PERSON"]).approve(sys.argv[1]))
    except AssertionError as refused:
        sys.exit(str(refused))
