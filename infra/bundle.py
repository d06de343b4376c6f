"""The deployment zip: our code, its dependencies for the target, Chalice's runtime; pruned, compiled, reproducible.

Dependencies are installed once per requirements file and target and kept in `build/deps/`; a zip is named by the hash
of what is in it, so equal contents are never uploaded or deployed twice.
"""

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.paths import BUILD, ROOT

LIMIT_BYTES = 10_000_000
ZIPS_KEPT = 20
AWS_SERVICES = ("dynamodb", "secretsmanager", "sqs", "sts")
_FIXED_TIME = (2020, 1, 1, 0, 0, 0)
_SYMBOLS, _STRINGS = 2, 3  # ELF section types
_LAYOUT = "6"  # raise it when pruning changes, so that kept dependencies are built anew

# Never needed at run time. Directories end in "/".
_PRUNED = (
    "**/__pycache__/", "**/tests/", "**/test/", "**/*.pyi", "**/*.dist-info/", "**/include/", "bin/",
    "pip/", "setuptools/", "wheel/", "cffi/", "pycparser/", "werkzeug/", "dateutil/zoneinfo/",
    "pydantic/v1/", "pydantic/mypy.py", "charset_normalizer/*.so", "sendgrid/helpers/inbound/",
    *(f"tzdata/zoneinfo/{name}/" for name in (
        "Africa", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")),
    "phonenumbers/shortdata/region_*.py", "phonenumbers/geodata/", "phonenumbers/carrierdata/", "phonenumbers/tzdata/",
    "botocore/cacert.pem", "PIL/", "pillow.libs/", "reportlab/graphics/", "reportlab/platypus/", "reportlab/fonts/",
    "aws_lambda_powertools/event_handler/", *(f"aws_lambda_powertools/utilities/{name}/" for name in (
        "auth_alpha", "batch", "circuit_breaker", "data_classes", "data_masking", "feature_flags", "idempotency",
        "kafka", "metadata", "parameters", "parser", "streaming", "validation")),
)
# What not every kind of function needs. Mails and what seals or signs need a cryptography library as large as all the
# rest: one zip for both. PDFs and workbooks are made by the functions of `print`.
_ONLY_IN = {
    "sendgrid/": ("mail",), "python_http_client/": ("mail",), "cryptography/": ("mail", "print"),
    "_cffi_backend": ("mail", "print"), "phonenumbers/": ("core",), "reportlab/": ("print",),
    "xlsxwriter/": ("print",),
}


@dataclass(frozen=True)
class Target:
    """Where the code will run: Lambda's Python and the wheels' platform tags (none: this machine)."""

    python: str
    platforms: tuple[str, ...] = ()

    @property
    def runtime(self) -> str:
        """Lambda's runtime identifier."""
        return f"python{self.python}"

    @property
    def architecture(self) -> str:
        """Lambda's architecture name."""
        return "arm64" if self.platforms else "x86_64"

    @property
    def interpreter(self) -> str | None:
        """An interpreter of the target's version on this machine, to compile with."""
        if self.python == HOST_PYTHON:
            return sys.executable
        found = shutil.which(f"python{self.python}")
        if found and _version_of(found) == self.python:
            return found
        return None


HOST_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
AWS = Target("3.13", ("manylinux2014_aarch64", "manylinux_2_17_aarch64", "manylinux_2_28_aarch64",
                      "manylinux_2_34_aarch64"))
HOST = Target(HOST_PYTHON)


@dataclass(frozen=True)
class Bundle:
    """A finished zip and its content hash."""

    path: Path
    digest: str

    @property
    def key(self) -> str:
        """The object's name in the artefact bucket."""
        return f"code/{self.digest}.zip"


class PackagingFailed(RuntimeError):
    """The package could not be built; the message says what to do."""


def build(target: Target, kind: str, entries: dict[str, str], *, root: Path = ROOT, out: Path = BUILD) -> Bundle:
    """Zip the code and the dependencies of one kind of function; `entries` are generated modules by name.

    Raises PackagingFailed when a dependency has no wheel for the target or the zip is beyond LIMIT_BYTES.
    """
    dependencies = _dependencies(target, root / "requirements.txt", out / "deps")
    with tempfile.TemporaryDirectory() as scratch:
        code = Path(scratch)
        shutil.copytree(root / "chalicelib", code / "chalicelib", ignore=shutil.ignore_patterns("__pycache__", "mjml"))
        for module, text in entries.items():
            (code / f"{module}.py").write_text(text, encoding="utf-8")
        digest = _digest(f"{_LAYOUT} {kind} {_ONLY_IN} {target} {dependencies.name}", code)
        path = out / "package" / f"{digest}.zip"
        if not path.exists():
            _compile(code, target)
            skipped = tuple(name for name, kinds in _ONLY_IN.items() if kind not in kinds)
            files = [item for item in _files(code, dependencies) if not item[0].startswith(skipped)]
            _zip(path, files)
            _forget_old(path.parent)
    if target.platforms and path.stat().st_size > LIMIT_BYTES:
        raise PackagingFailed(f"{path.name} is {path.stat().st_size:,} bytes; the limit is {LIMIT_BYTES:,}")
    return Bundle(path, digest)


def _dependencies(target: Target, requirements: Path, cache: Path) -> Path:
    """Return the directory with the target's pruned and compiled dependencies, building it once."""
    recipe = json.dumps([_LAYOUT, target.python, target.platforms, requirements.read_text(encoding="utf-8"),
                         AWS_SERVICES, _PRUNED, target.interpreter is not None])
    finished = cache / hashlib.sha256(recipe.encode()).hexdigest()[:16]
    if finished.exists():
        return finished
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        unfinished = Path(scratch) / "deps"
        _install(target, requirements, unfinished)
        _add_chalice_runtime(unfinished)
        _prune(unfinished)
        for library in unfinished.rglob("*.so"):
            library.write_bytes(_without_symbols(library.read_bytes()))
        _compile_away(unfinished, target)
        try:
            unfinished.rename(finished)
        except OSError:  # another build was quicker
            if not finished.exists():
                raise
    return finished


def _install(target: Target, requirements: Path, into: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
               "--target", str(into), "--requirement", str(requirements)]
    if target.platforms:
        command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", target.python]
        command += [word for platform in target.platforms for word in ("--platform", platform)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        reason = "\n".join(line for line in result.stderr.splitlines() if line.startswith("ERROR")) or result.stderr
        raise PackagingFailed(f"dependencies for Python {target.python} {target.architecture} failed:\n{reason}")


def _add_chalice_runtime(into: Path) -> None:
    """Copy the two modules of Chalice that run in Lambda, as `chalice package` does."""
    spec = find_spec("chalice")
    assert spec and spec.origin, "chalice is in requirements-dev.txt"
    (into / "chalice").mkdir()
    for name in ("__init__.py", "app.py"):
        shutil.copy(Path(spec.origin).with_name(name), into / "chalice" / name)


def _prune(directory: Path) -> None:
    for pattern in _PRUNED:
        for path in list(directory.glob(pattern.rstrip("/"))):
            if path.is_dir() and pattern.endswith("/"):
                shutil.rmtree(path)
            elif path.is_file() and not pattern.endswith("/"):
                path.unlink()
    for service in (directory / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in AWS_SERVICES:
            shutil.rmtree(service)


def _without_symbols(library: bytes) -> bytes:
    """Blank a native library's symbol and string tables, which the loader never reads: they then compress to nothing.

    What `strip` does, for any 64-bit ELF file, so that arm64 wheels can be packaged on any machine.
    """
    if library[:6] != b"\x7fELF\x02\x01":
        return library
    table = struct.unpack_from("<Q", library, 0x28)[0]
    size, count, names = struct.unpack_from("<HHH", library, 0x3A)
    blanked = bytearray(library)
    for index in range(count):
        _, kind, flags, _, start, length = struct.unpack_from("<IIQQQQ", library, table + index * size)
        loaded = flags & 0x2
        if kind in (_SYMBOLS, _STRINGS) and not loaded and index != names:
            blanked[start:start + length] = bytes(length)
    return bytes(blanked)


def _compile(directory: Path, target: Target) -> None:
    """Compile ahead: Lambda can't write `__pycache__`, so each cold start would compile again."""
    if target.interpreter is None:
        return
    _compileall(target.interpreter, directory)


def _compileall(interpreter: str, directory: Path, *options: str) -> None:
    subprocess.run([interpreter, "-m", "compileall", "-q", *options, "--invalidation-mode", "unchecked-hash",
                    "-s", str(directory), "-p", "/var/task", str(directory)], check=True, capture_output=True)


def _compile_away(directory: Path, target: Target) -> None:
    """Replace dependencies' sources by their compiled form: half the size, and nothing to compile in Lambda."""
    if target.interpreter is None:
        return
    _compileall(target.interpreter, directory, "-b", "-o", "2")
    for source in directory.rglob("*.py"):
        if source.with_suffix(".pyc").exists():
            source.unlink()


def _version_of(interpreter: str) -> str | None:
    result = subprocess.run([interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                            capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode == 0 else None


def _files(*directories: Path) -> list[tuple[str, Path]]:
    return sorted((str(path.relative_to(directory)), path)
                  for directory in directories for path in directory.rglob("*") if path.is_file())


def _digest(recipe: str, code: Path) -> str:
    """Hash what the zip is made of: the recipe of its dependencies, and our files."""
    total = hashlib.sha256(recipe.encode())
    for name, path in _files(code):
        total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _forget_old(directory: Path) -> None:
    """Keep the newest ZIPS_KEPT zips: every change of the code makes two."""
    for old in sorted(directory.glob("*.zip"), key=lambda path: path.stat().st_mtime)[:-ZIPS_KEPT]:
        old.unlink(missing_ok=True)


def _zip(path: Path, files: list[tuple[str, Path]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")  # two builds may run at once
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, source in files:
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read_bytes())
    unfinished.replace(path)
