"""The documents lead where they say: links, headings, runbooks, commands, dependencies."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import cfn, functions, sight
from infra.apidoc import anchor
from infra.paths import INFRA, ROOT
from tests.support.bills import PROMISES

DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```", re.DOTALL)


def _links(page: Path) -> Iterator[str]:
    yield from _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))


def _anchors(page: Path) -> set[str]:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    return {anchor(line.lstrip("#").strip()) for line in text.splitlines() if line.startswith("#")}


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    wrong = []
    for link in _links(page):
        if link.startswith(("http://", "https://")):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (heading and heading not in _anchors(target)):
            wrong.append(link)

    assert wrong == []


def test_every_runbook_that_an_alarm_names_is_a_section_of_operations() -> None:
    found = sight.alarms(functions.load()) | cfn.read(INFRA / "template" / "alarms.yaml")["Resources"]
    said = json.dumps({name: one for name, one in found.items() if one["Type"] == "AWS::CloudWatch::Alarm"})
    named = set(re.findall(r"docs/operations\.md#([a-z0-9-]+)", said))

    assert said.count("AlarmDescription") == said.count("docs/operations.md#")
    assert named - _anchors(ROOT / "docs" / "operations.md") == set()


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_is_context_decision_and_consequence_in_under_25_lines(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert len(text.splitlines()) < 25
    assert [word for word in ("Context", "Decision", "Consequence") if word not in text] == []


def test_every_target_that_the_documents_name_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {target for page in DOCS for target in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8"))}

    assert named - targets == set()


def test_the_readme_gives_a_reason_for_every_dependency() -> None:
    pinned: set[str] = set()
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-cloud.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pinned |= {line.split("==")[0].strip().lower() for line in lines if "==" in line}
    site = json.loads((ROOT / "static_site" / "package.json").read_text(encoding="utf-8"))
    pinned |= {name.lower() for group in ("dependencies", "devDependencies") for name in site.get(group, {})}
    told = set(re.findall(r"`([^`]+)`", _CODE.sub("", (ROOT / "README.md").read_text(encoding="utf-8")).lower()))

    assert pinned - told == set()


def test_the_readme_promises_what_the_budgets_enforce() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [f"| {name} | ≤ {most.reads} | {most.transactions} | {most.writes} |" for name, most in PROMISES.items()]

    assert [row for row in rows if row not in text] == []
