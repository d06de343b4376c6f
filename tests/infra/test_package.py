"""The deployment zips: small, reproducible, and complete without anything from this machine."""

import subprocess
import sys
import zipfile

import pytest

from infra import bundle, sam
from infra.package import KINDS
from infra.paths import BUILD

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def build(everything, tmp_path_factory):
    """Build a zip in a place of its own, with the dependencies that are kept for all."""
    def make(target, kind):
        out = tmp_path_factory.mktemp("build")
        (BUILD / "deps").mkdir(parents=True, exist_ok=True)
        (out / "deps").symlink_to(BUILD / "deps")
        entries = {one.entry_module: sam.entry(one) for one in everything if one.module and one.kind == kind}
        return bundle.build(target, kind, entries, out=out).path

    return make


@pytest.fixture(scope="module")
def zips(build):
    """This machine's zips by kind."""
    return {kind: build(bundle.HOST, kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_two_builds_are_the_same_to_the_byte(build, zips, kind):
    again = build(bundle.HOST, kind)
    assert again != zips[kind]
    assert again.name == zips[kind].name
    assert again.read_bytes() == zips[kind].read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_to_lambda_is_at_most_ten_megabytes(build, kind):
    assert build(bundle.AWS, kind).stat().st_size <= 10 * MEGABYTE


@pytest.mark.parametrize("kind", KINDS)
def test_a_zip_holds_no_installers_no_tests_and_only_the_services_in_use(zips, kind):
    names = zipfile.ZipFile(zips[kind]).namelist()
    tops = {name.split("/")[0] for name in names}
    assert not tops & {"pip", "setuptools", "wheel", "inquirer", "pytest", "boto3", "infra", "tests", "app.py"}
    services = {name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2}
    assert services == set(bundle.AWS_SERVICES)


def test_every_function_starts_from_its_zip_alone(zips, everything, tmp_path):
    """Import each entry point in a Python that knows the standard library and the unpacked zip, nothing else."""
    for kind, path in zips.items():
        zipfile.ZipFile(path).extractall(tmp_path / kind)
    for function in everything:
        module, name = function.entry_point.rsplit(".", 1)
        program = f"import sys; sys.path.insert(0, {str(tmp_path / function.kind)!r}); import {module} as m; m.{name}"
        result = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True,
                                env={"AWS_DEFAULT_REGION": "sa-east-1", "TZ": "UTC"}, check=False)
        assert result.returncode == 0, f"{function.name}: {result.stderr[-1500:]}"


def test_every_library_a_function_asks_for_later_is_in_its_zip_too(zips, everything, tmp_path):
    """Libraries that are imported inside a function, not at the start."""
    later = {"core": ["phonenumbers", "requests", "icalendar", "chalicelib.giftcards.paper.compose"],
             "mail": ["sendgrid", "jinja2", "icalendar", "sendgrid.helpers.eventwebhook"],
             "print": ["chalicelib.giftcards.paper.compose", "chalicelib.giftcards.paper.pdf", "xlsxwriter"]}
    for kind, modules in later.items():
        zipfile.ZipFile(zips[kind]).extractall(tmp_path / kind)
        program = f"import sys; sys.path.insert(0, {str(tmp_path / kind)!r}); import {', '.join(modules)}"
        command = [sys.executable, "-I", "-S", "-c", program]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"{kind}: {result.stderr[-1500:]}"


def test_a_function_imports_only_its_own_area(zips, tmp_path):
    """The catalogue's function knows nothing of orders: that is what keeps its start short."""
    zipfile.ZipFile(zips["core"]).extractall(tmp_path)
    program = (f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import entry_catalog; "
               "print(*sorted({name.split('.')[1] for name in sys.modules if name.startswith('chalicelib.')}))")
    result = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["aws", "catalog", "core", "web"]
