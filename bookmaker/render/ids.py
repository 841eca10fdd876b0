"""Ids that are valid, unique over the whole book, and the same from build to build."""

from __future__ import annotations

import re

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")


def name(text: str) -> str:
    """Return ``text`` as an XML name in ASCII, fit for ids, file names and addresses alike.

    Other characters become their code points, so that two different ids stay different.
    """
    ascii_name = _NOT_IN_NAMES.sub(lambda found: "_".join(f"{ord(c):x}" for c in found[0]), text)
    return ascii_name if re.match(r"[A-Za-z_]", ascii_name) else f"x{ascii_name}"


class Ids:
    """The ids given so far, over all chapters of one book."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """Return ``wanted``, or, where it is taken, ``wanted`` with the first free number behind it.

        Ids that differ only in case count as one, since chapters' files are named after them.
        """
        candidate, number = wanted, 1
        while candidate.lower() in self._taken:
            number += 1
            candidate = f"{wanted}-{number}"
        self._taken.add(candidate.lower())
        return candidate
