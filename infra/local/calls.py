"""Which function called which AWS action on which resource, from the local cloud's own record.

The embedded cloud signs each function's calls with a key made from the function's and its role's ARN, and records every
call by that key. Polling of queues and streams happens inside the cloud and is not in the record: those grants are the
event sources' own (infra/roles.py CONSUME and READ_STREAM).
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from infra.cfn import pascal
from infra.functions import BUCKETS, QUEUES, SECRETS, TABLES, Function

Call = tuple[str, str, str]  # function, action such as "dynamodb:GetItem", resource such as "orders" or "orders.due"

_STEPS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
          "Get": "GetItem"}
_SERVICES = ("dynamodb", "s3", "sqs", "secretsmanager")
_NAMED_BY = ("TableName", "QueueUrl", "SecretId", "Bucket")
_PAGE = 50


def granted(functions: list[Function]) -> set[Call]:
    """Return what `functions.yaml` allows, event sources aside."""
    found = {(one.name, f"dynamodb:{action}", table)
             for one in functions for table, actions in one.tables.items() for action in actions}
    found |= {(one.name, "sqs:SendMessage", queue) for one in functions for queue in one.send}
    found |= {(one.name, f"s3:{action}", bucket)
              for one in functions for bucket, actions in one.buckets.items() for action in actions}
    return found | {(one.name, "secretsmanager:GetSecretValue", name) for one in functions for name in one.secrets}


def made(functions: list[Function], client: Any, physical: dict[str, str]) -> set[Call]:
    """Return what the functions did; `client(service)` makes clients, `physical` maps logical ids to physical ones."""
    lambdas, trail = client("lambda"), client("cloudtrail")
    names = _names(physical)
    found = set()
    for function in functions:
        deployed = lambdas.get_function(FunctionName=physical[function.logical_id])["Configuration"]
        for event in _events(trail, _key(deployed["FunctionArn"], deployed["Role"])):
            service = event["EventSource"].split(".")[0]
            parameters = json.loads(event["CloudTrailEvent"])["requestParameters"] or {}
            if service == "s3":  # said in the address, not in what is sent
                parameters = {"Bucket": event["Resources"][0]["ResourceName"]}
            if service in _SERVICES:
                found |= {(function.name, f"{service}:{action}", _named(resource, names) + index)
                          for action, resource, index in _steps(event["EventName"], parameters)}
    return found


def _steps(action: str, parameters: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (action, physical resource, index suffix) of one call; a transaction's steps are granted one by one."""
    if action in ("TransactWriteItems", "TransactGetItems"):
        for step in parameters["TransactItems"]:
            for kind, body in step.items():
                yield _STEPS[kind], body["TableName"], ""
    elif action in ("BatchGetItem", "BatchWriteItem"):
        for table in parameters["RequestItems"]:
            yield action, table, ""
    else:
        resource = next((parameters[name] for name in _NAMED_BY if parameters.get(name)), "")
        yield action, resource, f".{parameters['IndexName']}" if "IndexName" in parameters else ""


def _names(physical: dict[str, str]) -> dict[str, str]:
    """Return our names of the resources by all the ways a call may name them."""
    kinds = [*((name, "Table") for name in TABLES), *((name, "Queue") for name in QUEUES),
             *((name, "Secret") for name in SECRETS), *((name, "Bucket") for name in BUCKETS)]
    return {physical[pascal(name) + kind]: name for name, kind in kinds}


def _named(resource: str, names: dict[str, str]) -> str:
    """Return our name of a resource; a secret is called by its ARN, which holds the name it was found by."""
    return names.get(resource) or next((ours for theirs, ours in names.items() if theirs in resource), resource)


def _events(trail: Any, key: str) -> Iterator[dict[str, Any]]:
    """Yield all calls made with a key, newest first; the record answers with at most _PAGE of them at a time."""
    seen: set[str] = set()
    before: dict[str, float] = {}

    def exactly(params: dict[str, Any], **_: Any) -> None:
        """Ask by the microsecond: botocore cuts times to whole seconds, and a busy second holds more than a page."""
        params["body"] = json.dumps(json.loads(params["body"]) | before).encode()

    trail.meta.events.register("before-call.cloudtrail.LookupEvents", exactly, unique_id=key)
    while True:
        page = trail.lookup_events(LookupAttributes=[{"AttributeKey": "AccessKeyId", "AttributeValue": key}],
                                   MaxResults=_PAGE)["Events"]
        fresh = [event for event in page if event["EventId"] not in seen]
        yield from fresh
        if not fresh or len(page) < _PAGE:
            break
        seen |= {event["EventId"] for event in fresh}
        before["EndTime"] = page[-1]["EventTime"].timestamp() + 1e-6
    trail.meta.events.unregister("before-call.cloudtrail.LookupEvents", unique_id=key)


def _key(function_arn: str, role_arn: str) -> str:
    """Return the access key under which the embedded cloud runs a function."""
    return "ASIA" + hashlib.sha256(f"{function_arn}:{role_arn}".encode()).hexdigest()[:16].upper()
