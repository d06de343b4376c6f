"""The whole system, up and running: local cloud, provider sandboxes, the stack deployed in it, the site in front.

`make run` and the tests use the same class; they differ in ports, in where the files are, and in what is kept.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra import deploy, functions, package
from infra.local import calls, staff
from infra.local import flow as flow_sandbox
from infra.local import mail as mail_sandbox
from infra.local import mercadopago as mercadopago_sandbox
from infra.local.cloud import REGION, ROOT_KEY, ROOT_SECRET, Cloud, settings
from infra.local.front import Front
from infra.paths import ROOT
from infra.stack import DeploymentFailed

Say = Callable[[str], None]
STAGE = "local"


@dataclass(frozen=True)
class Ports:
    """Where to listen; 0 takes any free port."""

    site: int = 0
    cloud: int = 0
    flow: int = 0
    mail: int = 0
    mercadopago: int = 0


@dataclass(frozen=True)
class Sandboxes:
    """What runs in place of the providers; None where the environment names the real one."""

    flow: flow_sandbox.Server | None
    mercadopago: mercadopago_sandbox.Server | None
    mail: mail_sandbox.Server | None


class Stack:
    """A running system.

    `site_url` is the site with /api on one origin, `api_url` the API alone (append "/api/servicios"); `flow`,
    `mercadopago` and `mail` are the sandboxes, None when the environment names the real provider; `outputs` are the
    stack's.
    """

    def __init__(self, cloud: Cloud, front: Front, sandboxes: Sandboxes, outputs: dict[str, str]) -> None:
        self.cloud, self.front, self.outputs = cloud, front, outputs
        self.flow, self.mercadopago, self.mail = sandboxes.flow, sandboxes.mercadopago, sandboxes.mail
        self.site_url = front.url
        self.api_url = f"{cloud.endpoint}/restapis/{outputs['ApiId']}/v1/_user_request_"

    @classmethod
    def start(cls, directory: Path, *, ports: Ports | None = None, keep_state: bool = False, record_calls: bool = False,
              site: Path | None = None, seed: bool = True, providers: dict[str, str] | None = None,
              say: Say = lambda line: None) -> "Stack":
        """Bring everything up with its files in `directory`; stop what was started if something fails.

        `site` is a built site; without one only the API is there. `providers` holds the keys of real providers
        (FLOW_API_KEY, MERCADOPAGO_ACCESS_TOKEN, SENDGRID_API_KEY …), which then replace their sandboxes.
        """
        ports, providers = ports or Ports(), providers or {}
        started: list[Any] = []
        try:
            front = _kept(started, Front(ports.site))
            sandboxes = _serve(started, directory, ports, providers, front.url)
            cloud = _kept(started, Cloud.start(directory / "cloud", port=ports.cloud or None, keep_state=keep_state,
                                               record_calls=record_calls))
            say(f"local cloud on {cloud.endpoint}")
            outputs = _deploy(cloud, front, sandboxes, providers, site, say)
            front.aim(cloud.port, outputs["DistributionDomain"])
            if seed:
                _seed(cloud, say)
                hired = staff.hire(cloud.client("cognito-idp"), outputs["StaffPoolId"])
                say(f"staff: {hired} demo accounts made" if hired else "staff: already there")
        except BaseException:
            _stop_all(started)
            raise
        return cls(cloud, front, sandboxes, outputs)

    def client(self, service: str, **config: Any) -> Any:
        """Return a botocore client with root's keys, for looking behind the curtain."""
        return self.cloud.client(service, **config)

    def logs(self, function: str) -> list[str]:
        """Return the log lines of a function ("orders", "send-mails"), oldest first."""
        client, group = self.client("logs"), f"/aws/lambda/aremko-{STAGE}-{function}"
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in pages for event in page["events"]]

    def table(self, area: str) -> str:
        """Return the name of an area's table, for example table("orders")."""
        return self.resources[f"{area.capitalize()}Table"]

    def queue_url(self, name: str, *, dead_letters: bool = False) -> str:
        """Return the URL of a queue ("notifications"), or of where its dead letters go."""
        words = "".join(word.capitalize() for word in name.split("-"))
        return self.resources[words + ("DeadLetters" if dead_letters else "Queue")]

    def calls(self) -> set[calls.Call]:
        """Return which function called which action on which resource so far, such as
        ("carts", "dynamodb:GetItem", "catalog"). Needs `record_calls`."""
        return calls.made(functions.load(), self.client, self.resources)

    def staff(self, role: str) -> str:
        """Return a bearer token of the demo account of a role: `stack.staff("reception")`."""
        (member,) = (member for member in staff.MEMBERS if member.role == role)
        return staff.sign_in(self.client("cognito-idp"), self.outputs["StaffClientId"], member.email)

    def as_cloudfront(self, viewer: str) -> dict[str, str]:
        """Return the headers by which the distribution tells the API of a viewer ("203.0.113.7:4711")."""
        return {"CloudFront-Viewer-Address": viewer, "X-Origin-Key": self._origin_key}

    @cached_property
    def _origin_key(self) -> str:
        secrets = self.client("secretsmanager")
        return str(secrets.get_secret_value(SecretId=self.resources["OriginSecret"])["SecretString"])

    @cached_property
    def resources(self) -> dict[str, str]:
        """The physical ids of the stack's resources by logical id."""
        lister = self.client("cloudformation").get_paginator("list_stack_resources")
        pages = lister.paginate(StackName=f"aremko-{STAGE}")
        return {one["LogicalResourceId"]: one["PhysicalResourceId"]
                for page in pages for one in page["StackResourceSummaries"]}

    def stop(self) -> None:
        """Stop everything; what is kept is saved first."""
        _stop_all([self.front, self.flow, self.mercadopago, self.mail, self.cloud])


def _serve(started: list[Any], directory: Path, ports: Ports, providers: dict[str, str], site_url: str) -> Sandboxes:
    """Start the sandboxes of those providers for which there are no real keys; the site is on this machine."""
    flow = None if providers.get("FLOW_API_KEY") else _kept(
        started, flow_sandbox.serve(ports.flow, directory / "flow", settings={}))
    mercadopago = None if providers.get("MERCADOPAGO_ACCESS_TOKEN") else _kept(
        started, mercadopago_sandbox.serve(ports.mercadopago, directory / "mercadopago", settings={"localhost": True}))
    mail = None if providers.get("SENDGRID_API_KEY") else _kept(
        started, mail_sandbox.serve(ports.mail, directory / "mail", settings={"site_url": site_url}))
    return Sandboxes(flow, mercadopago, mail)


def _deploy(cloud: Cloud, front: Front, sandboxes: Sandboxes, providers: dict[str, str], site: Path | None,
            say: Say) -> dict[str, str]:
    keys = {"aws_access_key_id": ROOT_KEY, "aws_secret_access_key": ROOT_SECRET}
    parameters = {name: providers[variable] for variable, name in deploy.FROM_ENVIRONMENT.items()
                  if providers.get(variable)}
    parameters |= {"SiteUrl": front.url, "LocalApiPort": str(cloud.port)}
    known = dict(providers)
    if sandboxes.flow:
        parameters["FlowApiUrl"] = sandboxes.flow.api_url
        known |= {"FLOW_API_KEY": flow_sandbox.DEFAULT_API_KEY, "FLOW_SECRET_KEY": flow_sandbox.DEFAULT_SECRET_KEY}
    if sandboxes.mercadopago:
        parameters["MercadopagoApiUrl"] = sandboxes.mercadopago.api_url
        known |= {"MERCADOPAGO_ACCESS_TOKEN": mercadopago_sandbox.DEFAULT_ACCESS_TOKEN,
                  "MERCADOPAGO_WEBHOOK_SECRET": mercadopago_sandbox.DEFAULT_WEBHOOK_SECRET}
    if sandboxes.mail:
        parameters["SendgridApiUrl"] = sandboxes.mail.url
        known |= {"SENDGRID_API_KEY": mail_sandbox.DEFAULT_API_KEY,
                  "SENDGRID_WEBHOOK_PUBLIC_KEY": sandboxes.mail.public_key}
    return deploy.deploy(deploy.Place(STAGE, REGION, cloud.endpoint, keys), package.build(STAGE), parameters=parameters,
                         secrets=deploy.provider_secrets(known), site=site, say=say)


def _seed(cloud: Cloud, say: Say) -> None:
    """Load the demo catalogue in a process of its own: our code takes its settings from the environment."""
    result = subprocess.run([sys.executable, "-m", "infra.seed", "--stage", STAGE, "--if-empty"], cwd=ROOT, check=False,
                            env={**os.environ, **settings(cloud)}, capture_output=True, text=True)
    if result.returncode:
        raise DeploymentFailed(f"the demo catalogue could not be loaded:\n{result.stderr[-3000:]}")
    say(result.stdout.strip())


def _kept(started: list[Any], thing: Any) -> Any:
    started.append(thing)
    return thing


def _stop_all(started: list[Any]) -> None:
    for thing in started:
        if thing is not None:
            thing.stop()
