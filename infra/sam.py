"""What `chalice package` says about the application, taken apart into one function per area.

Chalice puts all routes behind one function. Here each path is pointed at the function of the area whose route table has
it: that function runs a Chalice app with that one blueprint.
"""

import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from chalicelib.web.routes import Route
from infra.cfn import Json, att, sub
from infra.functions import Function
from infra.paths import ROOT

_CHALICE = "from chalice.cli import main; raise SystemExit(main())"
_INVOCATION = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"
_AUTHORIZER = {"type": "apiKey", "name": "Authorization", "in": "header",
               "x-amazon-apigateway-authtype": "cognito_user_pools",
               "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [att("StaffPool")]}}


class RoutingFailed(RuntimeError):
    """The application and `functions.yaml` disagree; the message names the route or handler."""


def entry(function: Function) -> str:
    """Return the source of an area's entry module.

    Nothing that is made while a function starts is ever garbage: looking for it all the same costs a fifth of a start.
    """
    return (f'"""The {function.name} function."""\n\nimport gc\n\ngc.disable()\n\n'
            f"from chalicelib.web.app import area_app\nfrom {function.module} import routes\n\n"
            f'app = area_app("{function.name}", routes)\ngc.freeze()\ngc.enable()\n')


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

    A route whose access is staff's stands behind the user pool's authorizer: nothing but a verified token reaches its
    function.

    Raises RoutingFailed when a route belongs to no area, or to two.
    """
    definition = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    owners = _owners(functions)
    for path, methods in definition["paths"].items():
        for method, operation in methods.items():
            owner, route = owners.pop((path, method.upper()), (None, None))
            if owner is None or route is None:
                raise RoutingFailed(f"{method.upper()} {path} belongs to no area of functions.yaml")
            operation["x-amazon-apigateway-integration"]["uri"] = sub(_INVOCATION % owner.logical_id)
            if route.access.staff:
                operation["security"] = [{"staff": []}]
    definition["securityDefinitions"] = {"staff": _AUTHORIZER}
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


def _owners(functions: list[Function]) -> dict[tuple[str, str], tuple[Function, Route]]:
    owners: dict[tuple[str, str], tuple[Function, Route]] = {}
    for function in functions:
        if function.module is None:
            continue
        for route in importlib.import_module(function.module).routes.table:
            key = route.path, route.method
            if key in owners:
                raise RoutingFailed(f"{route.method} {route.path} is in {owners[key][0].name} and in {function.name}")
            owners[key] = function, route
    return owners
