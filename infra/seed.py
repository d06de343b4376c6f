"""Loading the demo catalogue into a stage.

    python -m infra.seed --stage dev                 in AWS
    python -m infra.seed --stage local               into the local cloud that `make run` started
"""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.catalog.load import CatalogueInvalid
from infra import package
from infra.deploy import REGION, Place
from infra.paths import INFRA
from infra.stack import DeploymentFailed, outputs_of

if TYPE_CHECKING:
    from chalicelib.catalog.model import Block, Catalogue
    from chalicelib.core.clock import Clock

CATALOGUE = INFRA / "demo" / "catalogue.yaml"


def seed(place: Place, *, only_if_empty: bool = False) -> str:
    """Publish the demo catalogue in a place, put its blocks on the calendar, and say in a sentence what happened.

    The project's own code does it, so its settings are put into this process's environment.
    Raises CatalogueInvalid with every mistake of the file.
    """
    outputs = outputs_of(place.client("cloudformation"), place.stack)
    table = outputs["CatalogTable"]
    if only_if_empty:
        key = {"pk": {"S": "catalogue"}, "sk": {"S": "current"}}
        if place.client("dynamodb").get_item(TableName=table, Key=key, ProjectionExpression="pk").get("Item"):
            return "catalogue: already there"
    os.environ.update(CATALOG_TABLE=table, CALENDAR_TABLE=outputs["CalendarTable"])
    from chalicelib.catalog.load import load
    from chalicelib.catalog.publish import publish
    from chalicelib.core.clock import SystemClock

    catalogue, clock = load(CATALOGUE), SystemClock()
    version = publish(catalogue, by="seed", note="demo catalogue", clock=clock)
    left_out = [each.slug for each in catalogue.blocks if not _placed(each, catalogue, clock)]
    note = f"; bookings stand where these blocks would be: {', '.join(left_out)}" if left_out else ""
    return f"catalogue: version {version} published{note}"


def _placed(each: "Block", catalogue: "Catalogue", clock: "Clock") -> bool:
    """Place a block; False when it would cover a booking."""
    from chalicelib.availability import block
    from chalicelib.core.errors import Conflict

    try:
        block.place(each, catalogue, clock)
    except Conflict:
        return False
    return True


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
    except CatalogueInvalid as mistakes:
        print(f"nothing was published:\n{mistakes}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError, DeploymentFailed) as error:
        print(f"could not seed {place.stack}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
