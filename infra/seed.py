"""Loading the demo catalogue into a stage.

    python -m infra.seed --stage dev                 in AWS
    python -m infra.seed --stage local               into the local cloud that `make run` started
"""

import argparse
import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra import package
from infra.deploy import REGION, Place
from infra.paths import INFRA
from infra.stack import DeploymentFailed, outputs_of

CATALOGUE = INFRA / "demo" / "catalogue.yaml"


def seed(place: Place, *, only_if_empty: bool = False) -> str:
    """Publish the demo catalogue in a place and return a sentence that says what happened.

    The project's own code does it, so its settings are put into this process's environment.
    Raises CatalogueInvalid with every mistake of the file.
    """
    table = outputs_of(place.client("cloudformation"), place.stack)["CatalogTable"]
    if only_if_empty:
        key = {"pk": {"S": "catalogue"}, "sk": {"S": "current"}}
        if place.client("dynamodb").get_item(TableName=table, Key=key, ProjectionExpression="pk").get("Item"):
            return "catalogue: already there"
    os.environ["CATALOG_TABLE"] = table
    from chalicelib.catalog.load import load
    from chalicelib.catalog.publish import publish
    from chalicelib.core.clock import SystemClock

    version = publish(load(CATALOGUE), by="seed", note="demo catalogue", clock=SystemClock())
    return f"catalogue: version {version} published"


def main() -> int:
    """Seed one stage."""
    parser = argparse.ArgumentParser(description="Publish the demo catalogue")
    parser.add_argument("--stage", choices=package.STAGES, required=True)
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", REGION))
    parser.add_argument("--if-empty", action="store_true", help="leave a catalogue alone that is already there")
    arguments = parser.parse_args()
    if arguments.stage == "local":
        from infra.local.cloud import reach_local

        reach_local()
    os.environ.setdefault("AWS_DEFAULT_REGION", arguments.region)
    place = Place(arguments.stage, arguments.region, os.environ.get("AWS_ENDPOINT_URL"))
    try:
        print(seed(place, only_if_empty=arguments.if_empty))
    except (ClientError, BotoCoreError, DeploymentFailed) as error:
        print(f"could not seed {place.stack}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
