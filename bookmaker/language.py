"""Which written Chinese a text is in, told by characters that only one of the forms uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter

LANGUAGES = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")
"""Languages of editions (BCP 47: script, and region where the region decides the forms)."""

_ALIASES = {
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-hans-cn": "zh-Hans",
    "zh-hant": "zh-Hant-TW",
    "zh-tw": "zh-Hant-TW",
    "zh-hk": "zh-Hant-HK",
    "zh-mo": "zh-Hant-HK",
    "zh-hant-mo": "zh-Hant-HK",
    **{language.lower(): language for language in LANGUAGES},
}

_TAIWAN, _HONG_KONG = "裡著衛線群峰為", "裏着衞綫羣峯爲"
"""Seven characters in the standard forms of Taiwan (常用國字標準字體表) and Hong Kong (常用字字形表)."""


def canonical_language(tag: str) -> str | None:
    """Return the edition language that a tag such as ``zh-CN`` means, None if it means none."""
    return _ALIASES.get(tag.replace("_", "-").lower())


def looks_japanese(counts: Counter[str]) -> bool:
    """Tell whether more than a tenth of the letters of a text are kana, as in Japanese four in ten are.

    ``counts`` says how often each of its characters stands there.
    """
    kana = sum(number for c, number in counts.items() if "\u3041" <= c <= "\u30fa")
    return kana * 10 > sum(number for c, number in counts.items() if c.isalpha())


def detect_language(counts: Counter[str]) -> str | None:
    """Return the edition language of a text, or None if it has no Han characters of one form only.

    ``counts`` says how often each of its characters stands there.
    Characters of GB 2312 that Big5 lacks are simplified forms, those of Big5 that GB 2312 lacks traditional
    ones: the standards were made for one form each. Between Taiwan and Hong Kong seven characters decide.
    """
    characters = "".join(c for c in counts if "一" <= c <= "鿿")
    simplified = set(characters.encode("gb2312", "ignore").decode("gb2312"))
    traditional = set(characters.encode("big5", "ignore").decode("big5"))
    only_simplified = sum(counts[c] for c in simplified - traditional)
    only_traditional = sum(counts[c] for c in traditional - simplified)
    if not only_simplified and not only_traditional:
        return None
    if only_simplified >= only_traditional:
        return "zh-Hans"
    hong_kong = sum(counts[c] for c in _HONG_KONG)
    return "zh-Hant-HK" if hong_kong > sum(counts[c] for c in _TAIWAN) else "zh-Hant-TW"
