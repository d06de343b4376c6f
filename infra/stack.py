"""Bringing one CloudFormation stack up to a template, with a line per resource and a readable reason when it fails."""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

Say = Callable[[str], None]

WAIT_SECONDS = 1800
_NOTHING = ("didn't contain changes", "No updates are to be performed")


class DeploymentFailed(RuntimeError):
    """The stack could not be brought up; the message names each resource that failed and why."""


def current_parameter(cloudformation: Any, name: str, parameter: str) -> str:
    """Return a parameter's value in the running stack, or an empty string; one request."""
    found = _describe(cloudformation, name)
    values = {one["ParameterKey"]: one["ParameterValue"] for one in (found or {}).get("Parameters", [])}
    return str(values.get(parameter, ""))


def outputs_of(cloudformation: Any, name: str) -> dict[str, str]:
    """Return the running stack's outputs; one request. Raises DeploymentFailed when there is no such stack."""
    found = _describe(cloudformation, name)
    if found is None:
        raise DeploymentFailed(f"there is no stack {name} here")
    return _outputs(found)


def bring_up(cloudformation: Any, name: str, template_url: str, parameters: dict[str, str],
             say: Say) -> dict[str, str]:
    """Create or update the stack and return its outputs; do nothing when it already is what is asked for.

    Raises DeploymentFailed.
    """
    existing = _describe(cloudformation, name)
    if existing and existing["StackStatus"] == "ROLLBACK_COMPLETE":
        say(f"{name}: its first creation had failed; removing the rest of it")
        cloudformation.delete_stack(StackName=name)
        _follow(cloudformation, name, time.time(), say)
        existing = None
    begun = time.time()
    if not _change(cloudformation, name, template_url, parameters, create=existing is None):
        say(f"{name}: nothing changed")
        return outputs_of(cloudformation, name)
    _follow(cloudformation, name, begun, say)
    final = _describe(cloudformation, name)
    if not final or final["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeploymentFailed(_reasons(cloudformation, name, begun, final))
    return _outputs(final)


def _change(cloudformation: Any, name: str, template_url: str, parameters: dict[str, str], *,
            create: bool) -> bool:
    """Make a change set and carry it out; return False when it changes nothing."""
    change_set = f"deploy-{int(time.time() * 1000)}"
    cloudformation.create_change_set(
        StackName=name, ChangeSetName=change_set, ChangeSetType="CREATE" if create else "UPDATE",
        TemplateURL=template_url,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())])
    deadline = time.monotonic() + 300
    while True:
        found = cloudformation.describe_change_set(StackName=name, ChangeSetName=change_set)
        if found["Status"] == "CREATE_COMPLETE":
            break
        if found["Status"] == "FAILED" or time.monotonic() > deadline:
            reason = found.get("StatusReason", "the change set did not become ready")
            cloudformation.delete_change_set(StackName=name, ChangeSetName=change_set)
            if any(phrase in reason for phrase in _NOTHING):
                return False
            raise DeploymentFailed(f"{name}: the change set failed: {reason}")
        time.sleep(_pause(cloudformation))
    cloudformation.execute_change_set(StackName=name, ChangeSetName=change_set)
    return True


def _follow(cloudformation: Any, name: str, since: float, say: Say) -> None:
    """Print each resource as it is finished, until the stack is at rest."""
    shown: set[str] = set()
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = _describe(cloudformation, name)
        for event in _events(cloudformation, name, since):
            if event["EventId"] not in shown and not event["ResourceStatus"].endswith("_IN_PROGRESS"):
                say(f"  {event['ResourceStatus']:18} {event['LogicalResourceId']}")
            shown.add(event["EventId"])
        if found is None or not found["StackStatus"].endswith("_IN_PROGRESS"):
            return
        time.sleep(_pause(cloudformation))
    raise DeploymentFailed(f"{name}: still not finished after {WAIT_SECONDS} seconds")


def _reasons(cloudformation: Any, name: str, since: float, final: dict[str, Any] | None) -> str:
    lines = [f"The deployment of {name} failed and was undone ({final['StackStatus'] if final else 'gone'}):"]
    for event in _events(cloudformation, name, since):
        reason = event.get("ResourceStatusReason", "no reason given")
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
            lines.append(f"  {event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
    return "\n".join(dict.fromkeys(lines))


def _events(cloudformation: Any, name: str, since: float) -> list[dict[str, Any]]:
    """Return the stack's events since a moment, oldest first."""
    try:
        pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
        events = [event for page in pages for event in page["StackEvents"]]
    except ClientError:
        return []
    return [event for event in reversed(events) if event["Timestamp"].timestamp() >= since - 1]


def _describe(cloudformation: Any, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if found["StackStatus"] in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE") else found


def _outputs(found: dict[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def _pause(cloudformation: Any) -> float:
    """Seconds between two looks: often at a local cloud, seldom at AWS."""
    return 3.0 if cloudformation.meta.endpoint_url.endswith("amazonaws.com") else 0.1
