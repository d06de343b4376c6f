"""Whatever anybody sends, the API answers as its own description says: no 5xx, no undocumented status or media type.

Schemathesis makes requests from the OpenAPI document, right ones and wrong ones, and sends them to the whole system.
"""

import itertools
import json
import uuid
from typing import TYPE_CHECKING

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.web.system import OPENAPI_FILE
from tests.support.guest import Guest, free_hour

if TYPE_CHECKING:
    from infra.local.stack import Stack

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = json.loads(OPENAPI_FILE.read_text(encoding="utf-8"))
OPERATIONS = {found.ok().label: found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()}
SIGNED = [label for label, operation in OPERATIONS.items() if operation.definition.raw.get("x-token-purpose")]
STAFF = [label for label, operation in OPERATIONS.items() if {"staff": []} in operation.definition.raw["security"]]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
# A path's own values are any text: only a query, a header or a body can be wrong.
CAN_BE_WRONG = [
    label
    for label, found in OPERATIONS.items()
    if found.definition.raw.get("requestBody")
    or any(parameter["in"] != "path" for parameter in found.definition.raw.get("parameters", []))
]
TUB = "tina-hornopiren"
bounded = settings(
    max_examples=20, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
_callers = itertools.count(1)


def ask(stack: "Stack", case: Case, **headers: str) -> None:
    """Send the case from an address of its own, so that limits don't answer for the code behind; check the answer."""
    number = next(_callers)
    caller = f"10.9.{number // 250 % 250}.{number % 250}:5000"
    response = case.call(
        base_url=stack.api_url, allow_redirects=False, headers={**stack.as_cloudfront(caller), **headers}
    )
    case.validate_response(response, checks=CHECKS)


@pytest.mark.parametrize(
    ("label", "mode"),
    [
        *((label, GenerationMode.POSITIVE) for label in OPERATIONS),
        *((label, GenerationMode.NEGATIVE) for label in CAN_BE_WRONG),
    ],
)
def test_a_stranger_gets_only_documented_answers(stack: "Stack", label: str, mode: GenerationMode) -> None:
    @bounded
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def every_case(case: Case) -> None:
        ask(stack, case)

    every_case()


@pytest.fixture(scope="module")
def guest(stack: "Stack") -> Guest:
    """A guest with a cart that has a line, and an order that waits for a transfer."""
    guest = Guest(stack)
    assert guest.hold(TUB, free_hour(stack.api_url, TUB, after_days=9)).status_code == 201
    assert guest.check_out(payment_method="transfer").status_code == 201
    guest.cart = ""
    assert guest.hold(TUB, free_hour(stack.api_url, TUB, after_days=9)).status_code == 201
    return guest


@pytest.fixture(scope="module")
def own(guest: Guest) -> dict[str, str]:
    """What the guest has, by the name it has in a path."""
    return {"cart": guest.cart, "order": guest.order, "payment": guest.look()["payments"][0]["id"]}


def about(own: dict[str, str], case: Case) -> Case:
    """Return the case about what the guest has, where it is about something by its id."""
    case.path_parameters.update({name: own[name] for name in set(case.path_parameters) & set(own)})
    return case


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", SIGNED)
def test_a_guest_with_a_good_token_gets_only_documented_answers(
    stack: "Stack", guest: Guest, own: dict[str, str], label: str, mode: GenerationMode
) -> None:
    purpose = OPERATIONS[label].definition.raw["x-token-purpose"]
    token = guest.cart_token if purpose == "cart" else guest.order_token

    @bounded
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def every_case(case: Case) -> None:
        key = {"Idempotency-Key": str(uuid.uuid4())} if case.method != "GET" else {}
        ask(stack, about(own, case), Authorization=f"Bearer {token}", **key)

    every_case()


@pytest.mark.parametrize(
    ("label", "mode"), [(label, mode) for label in STAFF for mode in MODES if mode == MODES[0] or label in CAN_BE_WRONG]
)
def test_the_owner_gets_only_documented_answers(
    stack: "Stack", own: dict[str, str], label: str, mode: GenerationMode
) -> None:
    token = stack.staff("owner")

    @bounded
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def every_case(case: Case) -> None:
        key = {"Idempotency-Key": str(uuid.uuid4())} if case.method != "GET" else {}
        ask(stack, about(own, case), Authorization=f"Bearer {token}", **key)

    every_case()


def test_the_description_that_is_served_is_the_one_that_was_tried(stack: "Stack") -> None:
    served = requests.get(f"{stack.api_url}/api/openapi.json", timeout=30)
    assert served.json() == DOCUMENT
