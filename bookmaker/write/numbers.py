"""Which numbers of a text stand across a column by themselves (tate-chu-yoko), see ``bookmaker.write.across``."""

from __future__ import annotations

import re

WORD_JOINER = "\u2060"
"""Behind a number: leave it on its side."""

WORD = "!-~\u00a1-\u00b6\u00b8-\u02af\u0370-\u052f\u2032\u2033"
"""Ranges of the characters beside which a number is part of a longer word."""

NUMBER = re.compile(f"(?<![{WORD}])[0-9]{{1,3}}(?![{WORD}\u2060])")
"""A number that comes across a column by itself."""

DIGITS = "0123456789"
