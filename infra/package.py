"""Packaging: the zips and the template of one stage.

    python -m infra.package --stage dev      writes build/package/dev/template.json beside the zips
"""

import argparse
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from infra import assemble, bundle, functions, sam
from infra.bundle import Bundle
from infra.paths import BUILD, ROOT

STAGES = ("local", "dev", "prod")
KINDS = ("core", "mail", "print")


@dataclass(frozen=True)
class Package:
    """What a deployment uploads: zips and a template that names them by their contents."""

    stage: str
    bundles: dict[str, Bundle]
    template: bytes

    @property
    def digest(self) -> str:
        """The template's hash, and by the names in it the code's."""
        return hashlib.sha256(self.template).hexdigest()[:32]

    @property
    def version(self) -> str:
        """What `GET /api/salud` says is running."""
        return self.bundles["core"].digest[:12]


def build(stage: str, *, root: Path = ROOT, out: Path = BUILD) -> Package:
    """Package one stage: for this machine if it is `local`, for Lambda on arm64 otherwise.

    Raises PackagingFailed or RoutingFailed with a sentence that says what to do.
    """
    target = bundle.HOST if stage == "local" else bundle.AWS
    everything = functions.load()
    sam_template = sam.package(stage, root)
    sam.check_workers(sam_template, everything)
    definition = sam.api_definition(sam_template, everything)
    bundles = {kind: _bundle(kind, everything, target, root, out) for kind in KINDS}
    whole = assemble.template(stage, everything, definition, bundles, target)
    return Package(stage, bundles, json.dumps(whole, indent=1, ensure_ascii=False).encode())


def _bundle(kind: str, everything: list[functions.Function], target: bundle.Target, root: Path, out: Path) -> Bundle:
    entries = {function.entry_module: sam.entry(function)
               for function in everything if function.module and function.kind == kind}
    return bundle.build(target, kind, entries, root=root, out=out)


def main() -> int:
    """Package a stage and print what came out."""
    parser = argparse.ArgumentParser(description="Build the zips and the template of one stage")
    parser.add_argument("--stage", choices=STAGES, required=True)
    stage = parser.parse_args().stage
    try:
        package = build(stage)
    except (bundle.PackagingFailed, sam.RoutingFailed, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    for kind, made in package.bundles.items():
        print(f"{kind:5} {made.path.stat().st_size / 1e6:5.2f} MB  {made.path}")
    path = BUILD / "package" / stage / "template.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(package.template)
    print(f"                {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
