"""Stands in for a person and their browser: `approve.py PERSON URL` allows what the app asks for at URL and prints
where the browser is sent. PERSON is a file that `Person.save` wrote."""

import sys

from setting.person import Person

if __name__ == "__main__":
    person, url = sys.argv[1:]
    print(Person.load(person).approve(url))
