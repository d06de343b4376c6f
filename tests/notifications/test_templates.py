"""The committed templates are what their MJML sources compile to."""

import json
import shutil
import subprocess

import pytest

from infra.paths import ROOT

HOME = ROOT / "chalicelib/notifications"


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_committed_templates_are_not_stale() -> None:
    done = subprocess.run(["node", HOME / "mjml/build.mjs", "--check"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_mail_has_a_source_a_page_and_a_text_twin() -> None:
    names = {file.stem for file in (HOME / "mjml").glob("*.mjml")}
    assert {file.name.removesuffix(".html.jinja") for file in (HOME / "templates").glob("*.html.jinja")} == names
    twins = {file.name.removesuffix(".txt.jinja") for file in (HOME / "templates").glob("[!_]*.txt.jinja")}
    assert twins == names


def test_the_lock_file_names_no_download_addresses() -> None:
    packages = json.loads((HOME / "mjml/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_compilers_packages_never_lie_inside_the_deployed_code() -> None:
    assert not (HOME / "mjml/node_modules").exists()
