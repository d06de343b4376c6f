"""What `chalice package` says about the application, taken apart into one function per area.

Chalice puts all routes behind one function. Here every area's routes are found by building the very application its
function will run, a Chalice app with that one blueprint, and each path is pointed at its own function.
"""

import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from infra.cfn import Json, sub
from infra.functions import Function
from infra.paths import ROOT

_CHALICE = "from chalice.cli import main; raise SystemExit(main())"
_INVOCATION = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"


class RoutingFailed(RuntimeError):
    """The application and `functions.yaml` disagree; the message names the route or handler."""


def entry(function: Function) -> str:
    """Return the source of an area's entry module."""
    return (f'"""The {function.name} function."""\n\n'
            f"from chalicelib.web.app import area_app\nfrom {function.module} import routes\n\n"
            f'app = area_app("{function.name}", routes)\n')


def package(stage: str, root: Path = ROOT) -> dict[str, Json]:
    """Run `chalice package` without its dependency download and return its SAM template."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "project"
        copy.mkdir()
        for name in ("app.py", "chalicelib", ".chalice"):
            source = root / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
            else:
                shutil.copy(source, copy / name)
        (copy / "requirements.txt").write_text("")
        command = [sys.executable, "-c", _CHALICE, "--project-dir", str(copy), "package", "--stage", stage,
                   str(Path(scratch) / "out")]
        environment = {"AWS_DEFAULT_REGION": "sa-east-1", **os.environ}  # it insists on one, and uses it for nothing
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if result.returncode:
            raise RoutingFailed(f"`chalice package` failed:\n{result.stdout[-2000:]}{result.stderr[-4000:]}")
        template: dict[str, Json] = json.loads((Path(scratch) / "out" / "sam.json").read_text(encoding="utf-8"))
    return template


def api_definition(template: dict[str, Json], functions: list[Function]) -> Json:
    """Return the API's definition with each route's integration pointed at its area's function.

    Raises RoutingFailed when a route belongs to no area, or to two.
    """
    definition = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    owners = _owners(functions)
    for path, methods in definition["paths"].items():
        for method, operation in methods.items():
            owner = owners.pop((path, method.upper()), None)
            if owner is None:
                raise RoutingFailed(f"{method.upper()} {path} belongs to no area of functions.yaml")
            operation["x-amazon-apigateway-integration"]["uri"] = sub(_INVOCATION % owner.logical_id)
    if owners:
        raise RoutingFailed("not registered in app.py: " + ", ".join(f"{m} {p}" for p, m in sorted(owners)))
    return definition


def check_workers(template: dict[str, Json], functions: list[Function]) -> None:
    """Raise RoutingFailed unless Chalice's workers and jobs are exactly those of `functions.yaml`."""
    declared = {function.handler for function in functions if function.handler}
    found = {resource["Properties"]["Handler"] for resource in template["Resources"].values()
             if resource["Type"] == "AWS::Serverless::Function"} - {"app.app"}
    if declared != found:
        missing, extra = sorted(declared - found), sorted(found - declared)
        raise RoutingFailed(f"workers differ: not in app.py {missing}; not in functions.yaml {extra}")


def _owners(functions: list[Function]) -> dict[tuple[str, str], Function]:
    owners: dict[tuple[str, str], Function] = {}
    for function in functions:
        if function.module is None:
            continue
        for path, methods in _routes_of(function.module).items():
            for method in methods:
                if (path, method) in owners:
                    raise RoutingFailed(f"{method} {path} is in {owners[path, method].name} and in {function.name}")
                owners[path, method] = function
    return owners


def _routes_of(module: str) -> dict[str, dict[str, Any]]:
    chalice = importlib.import_module("chalice")
    app = chalice.Chalice(app_name="introspection")
    app.register_blueprint(importlib.import_module(module).routes)
    routes: dict[str, dict[str, Any]] = app.routes
    return routes
