"""Every code has its sentence in both languages, and every sentence its values."""

import ast
import json
import string
from pathlib import Path

import pytest

from chalicelib.core.events import CONSUMERS
from chalicelib.core.texts import preferred_language, sentence
from infra.paths import ROOT

TEXTS = ROOT / "chalicelib/core/texts"
ES = json.loads((TEXTS / "es.json").read_text(encoding="utf-8"))
EN = json.loads((TEXTS / "en.json").read_text(encoding="utf-8"))
ERRORS = {
    "Malformed",
    "Invalid",
    "Unauthenticated",
    "NotFound",
    "Conflict",
    "Gone",
    "Retryable",
    "FieldProblem",
    "TooMany",
    "PydanticCustomError",
    "Reason",
}
# Met only between our own functions and workers: no request can be answered with them.
INTERNAL = {"mail_in_doubt", "mail_provider_busy", "mail_provider_unreachable"}
# Some values stand in two languages because grammar differs; a sentence uses its own language's.
PER_LANGUAGE = {f"{name}_{lang}": name for name in ("weekday", "part", "why") for lang in ("es", "en")}


def params(text: str) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return {PER_LANGUAGE.get(name, name) for name in names}


def test_both_languages_have_exactly_the_same_codes() -> None:
    assert set(ES) == set(EN)


@pytest.mark.parametrize("code", sorted(ES))
def test_both_languages_use_the_same_values(code: str) -> None:
    assert params(ES[code]) == params(EN.get(code, ""))


@pytest.mark.parametrize("code", sorted(ES))
def test_no_sentence_is_empty_or_left_in_the_other_language(code: str) -> None:
    assert ES[code].strip() and EN[code].strip()
    assert ES[code] != EN[code] or len(ES[code].split()) == 1 or "Aremko" in ES[code]


def codes_raised() -> dict[str, str]:
    """Every literal code given to an error or a reason in chalicelib, with where it stands."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "chalicelib").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            code = _code(node)
            if code is not None:
                found.setdefault(code, f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    return found


def _code(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call):
        return None
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    place = 1 if name == "FieldProblem" else 0
    if name not in ERRORS or len(node.args) <= place:
        return None
    given = node.args[place]
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def test_the_scan_finds_codes_at_all() -> None:
    assert {"slot_taken", "cart_full", "rut_invalid", "email_refused", "closed_weekday"} <= set(codes_raised())


def test_every_code_that_is_raised_has_a_sentence() -> None:
    missing = {code: place for code, place in codes_raised().items() if code not in ES and code not in INTERNAL}
    assert missing == {}


def test_every_fact_can_be_told_in_an_orders_history() -> None:
    assert [type for type in CONSUMERS if f"fact.{type}" not in ES] == []


def test_an_unknown_code_gives_the_general_apology() -> None:
    assert sentence("no_such_code", "en") == EN["general"]


def test_a_missing_value_leaves_a_gap_and_no_fault() -> None:
    assert sentence("cart_full", "en") == EN["cart_full"].replace("{lines}", "…")


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "es"),
        ("", "es"),
        ("en", "en"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("es-CL,es;q=0.9,en;q=0.8", "es"),
        ("de-DE,en;q=0.5", "en"),
        ("de", "es"),
        ("*", "es"),
        (";;;,,,", "es"),
    ],
)
def test_spanish_unless_english_comes_first(header: str | None, lang: str) -> None:
    assert preferred_language(header) == lang


def test_spanish_sentences_keep_their_accents() -> None:
    assert any(char in "".join(ES.values()) for char in "áéíóúñ")
    assert Path(TEXTS / "es.json").read_bytes().decode("utf-8")
