"""Sentences for people, one catalogue per language: `es.json` and `en.json`, keyed by code."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

Lang = Literal["es", "en"]
DEFAULT_LANG: Lang = "es"


@cache
def _sentences(lang: Lang) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((Path(__file__).parent / f"{lang}.json").read_text(encoding="utf-8"))
    return loaded


def sentence(code: str, lang: Lang = DEFAULT_LANG, **params: Any) -> str:
    """Return the sentence for a code in the reader's language; an unknown code gives the general apology.

    >>> sentence("closed_weekday", "en", weekday_en="Tuesdays")
    'We are closed for maintenance on Tuesdays.'
    """
    sentences = _sentences(lang)
    return sentences.get(code, sentences["general"]).format_map(_Blank(params))


class _Blank(dict[str, Any]):
    """A sentence without one of its values is still better than none."""

    def __missing__(self, key: str) -> str:
        return "…"


def preferred_language(accept_language: str | None) -> Lang:
    """Return the language to answer in, from an `Accept-Language` header; Spanish unless English comes first."""
    for part in (accept_language or "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag == "en":
            return "en"
        if tag == "es":
            return "es"
    return DEFAULT_LANG
