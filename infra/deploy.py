"""Deployment, the same program for AWS and for the local cloud.

    python -m infra.deploy --stage dev                       with the AWS credentials of the environment
    python -m infra.deploy --stage local --endpoint-url …    what `make run` does

It uploads what is new, updates the stack by a change set, puts the providers' keys into their secrets, uploads the
site, and says what it does. Nothing changed means nothing done.
"""

import argparse
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from infra import package, publish, stack
from infra.bundle import PackagingFailed
from infra.package import Package
from infra.paths import SITE
from infra.sam import RoutingFailed

REGION = "sa-east-1"
# Template parameters that the environment may set.
FROM_ENVIRONMENT = {"FLOW_API_URL": "FlowApiUrl", "MERCADOPAGO_API_URL": "MercadopagoApiUrl",
                    "SENDGRID_API_URL": "SendgridApiUrl", "MAIL_FROM": "MailFrom", "ALARM_EMAIL": "AlarmEmail",
                    "SITE_DOMAIN": "SiteDomain", "CERTIFICATE_ARN": "CertificateArn"}


@dataclass(frozen=True)
class Place:
    """Where to deploy to."""

    stage: str
    region: str = REGION
    endpoint_url: str | None = None
    keys: dict[str, Any] = field(default_factory=dict)

    @property
    def stack(self) -> str:
        """The stack's name."""
        return f"aremko-{self.stage}"

    def client(self, service: str) -> Any:
        """Return a botocore client for this place."""
        return botocore.session.get_session().create_client(
            service, region_name=self.region, endpoint_url=self.endpoint_url, **self.keys)


def deploy(place: Place, made: Package, *, parameters: dict[str, str], secrets: dict[str, dict[str, str]],
           site: Path | None, say: stack.Say = print) -> dict[str, str]:
    """Bring a place up to the package and return the stack's outputs.

    `parameters` are the template's (SiteUrl may be empty: the distribution's own domain is used), `secrets` values by
    output name, `site` the built site. Raises DeploymentFailed with the resource and its reason.
    """
    bucket = publish.artefact_bucket(place.client("s3"), place.client("sts"), place.stack, place.region)
    template_url = publish.upload_package(place.client("s3"), bucket, made, place.endpoint_url, place.region, say)
    given = {"Stage": place.stage, "CodeBucket": bucket, "Version": made.version, **parameters}
    cloudformation = place.client("cloudformation")
    own = f"https://{given['SiteDomain']}" if given.get("SiteDomain") else ""
    given.setdefault("SiteUrl", own or stack.current_parameter(cloudformation, place.stack, "SiteUrl"))
    outputs = stack.bring_up(cloudformation, place.stack, template_url, given, say)
    if not given["SiteUrl"]:
        given["SiteUrl"] = "https://" + outputs["DistributionDomain"]
        outputs = stack.bring_up(cloudformation, place.stack, template_url, given, say)
    for output, values in secrets.items():
        publish.put_secret(place.client("secretsmanager"), outputs[output], values, say)
    if site:
        changed = publish.upload_site(place.client("s3"), outputs["SiteBucket"], site, say)
        if changed:
            publish.invalidate(place.client("cloudfront"), outputs["DistributionId"], say)
    return outputs | {"SiteUrl": given["SiteUrl"]}


def provider_secrets(environment: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the providers' keys that the environment holds, by the output that names their secret."""
    wanted = {"FlowSecretArn": {"api_key": "FLOW_API_KEY", "secret_key": "FLOW_SECRET_KEY"},
              "MercadopagoSecretArn": {"access_token": "MERCADOPAGO_ACCESS_TOKEN",
                                       "webhook_secret": "MERCADOPAGO_WEBHOOK_SECRET"},
              "SendgridSecretArn": {"api_key": "SENDGRID_API_KEY", "webhook_public_key": "SENDGRID_WEBHOOK_PUBLIC_KEY"}}
    found = {output: {name: environment[variable] for name, variable in names.items() if environment.get(variable)}
             for output, names in wanted.items()}
    return {output: values for output, values in found.items() if values}


def main() -> int:
    """Package and deploy one stage; print its outputs."""
    parser = argparse.ArgumentParser(description="Package and deploy one stage")
    parser.add_argument("--stage", choices=package.STAGES, required=True)
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", REGION))
    parser.add_argument("--endpoint-url", default=os.environ.get("AWS_ENDPOINT_URL"))
    parser.add_argument("--address", action="store_true", help="only print the address of what is deployed")
    arguments = parser.parse_args()
    place = Place(arguments.stage, arguments.region, arguments.endpoint_url)
    parameters = {name: os.environ[variable] for variable, name in FROM_ENVIRONMENT.items() if os.environ.get(variable)}
    try:
        if arguments.address:
            print(stack.current_parameter(place.client("cloudformation"), place.stack, "SiteUrl"))
            return 0
        made = package.build(place.stage)
        outputs = deploy(place, made, parameters=parameters, secrets=provider_secrets(dict(os.environ)),
                         site=SITE / "dist")
    except (PackagingFailed, RoutingFailed, stack.DeploymentFailed, ClientError, BotoCoreError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    for name, value in sorted(outputs.items()):
        print(f"{name:20} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
