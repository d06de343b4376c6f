"""A process that answers one recorded request and tells the CPU seconds from its first import to its answer.

    python replay.py <area>.pickle ours|bare|hand door|client [rounds]

`door`: AWS is cut off at pynamodb's connection, no client is made. `client`: at botocore's HTTP session, so that a
client is made too, on both sides. `bare` is what DESIGN.md §7 compares with: chalice, pynamodb, one pydantic model.
With `rounds` the request is answered that often after the first time, and the CPU seconds of one are told (warm).
"""

import pickle
import sys
import time
from pathlib import Path
from typing import Any

SECRET = {"SecretString": '{"key": "a-key-for-tests", "api_key": "k", "secret_key": "s"}'}


class Elsewhere:
    """Stands in for Secrets Manager and SQS."""

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        return SECRET

    def send_message(self, **_: Any) -> None:
        return None


def cut_at_the_door(calls: Any) -> Any:
    """Answer pynamodb's calls from the recording, in order, for ever."""
    from pynamodb.connection import Connection

    answers = [_parsed(answer) for _, _, answer in calls]
    state = {"next": 0}

    def answer(self: Any, operation: str, kwargs: dict[str, Any]) -> Any:
        found = answers[state["next"] % len(answers)]
        state["next"] += 1
        return found

    setattr(Connection, "_make_api_call", answer)  # noqa: B010
    return state


def _parsed(body: bytes) -> Any:
    import base64
    import json

    def binary(value: dict[str, Any]) -> dict[str, Any]:
        return {"B": base64.b64decode(value["B"])} if set(value) == {"B"} else value

    return json.loads(body, object_hook=binary)


def cut_at_the_wire(calls: Any) -> Any:
    """Answer botocore's HTTP requests from the recording, in order, for ever."""
    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

    state = {"next": 0}
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "BENCH"}

    base: Any = AWSResponse

    class Recorded(base):  # type: ignore[misc]
        def __init__(self, body: bytes) -> None:
            super().__init__("http://aws.test", 200, headers, None)
            self._content = body

    def send(self: Any, request: Any) -> Any:
        _, _, body = calls[state["next"] % len(calls)]
        state["next"] += 1
        return Recorded(body)

    setattr(URLLib3Session, "send", send)  # noqa: B010
    return state


def ours(area: str) -> Any:
    """Return the app of one area's function from its entry module, as Lambda imports it."""
    from importlib import import_module

    return import_module(f"entry_{area}").app


def still(area: str) -> None:
    """Stop the clock where the recording was made, and cut off the other services."""
    from datetime import UTC, datetime

    from chalicelib.aws import queues, secrets
    from chalicelib.core.clock import FixedClock
    from chalicelib.web import edge

    edge.clock = FixedClock(datetime(2026, 12, 2, 15, 0, tzinfo=UTC))
    for module in (queues, secrets):
        setattr(module, "client", lambda service: Elsewhere())  # noqa: B010


def bare(read: bool) -> Any:
    """Return a function of chalice, pynamodb and one pydantic model; with `read` it gets one item first."""
    from chalice.app import Chalice, Response
    from pydantic import BaseModel
    from pynamodb.attributes import UnicodeAttribute
    from pynamodb.models import Model

    class Thing(Model):
        class Meta:
            table_name = "things"
            region = "sa-east-1"

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)

    class View(BaseModel):
        name: str
        count: int

    app = Chalice(app_name="bare")

    def answer() -> Any:
        if read:
            next(iter(Thing.query("a")), None)
        return Response(body=View(name="a", count=1).model_dump_json(), status_code=200,
                        headers={"Content-Type": "application/json"})

    app.route("/bare", methods=["GET"])(answer)
    return app


def by_hand(scene: dict[str, Any]) -> Any:
    """Return a handler that makes the same DynamoDB calls with botocore and answers the same body, and no more."""
    import json

    import botocore.session

    client: Any = botocore.session.get_session().create_client("dynamodb", region_name="sa-east-1")
    wanted = [(operation, json.loads(request)) for operation, request, _ in scene["calls"]]
    wanted = wanted[1:] if len(wanted) > 1 and wanted[0][0] == "GetItem" and "catalog" in str(wanted[0]) else wanted
    body = json.loads(scene["text"]) if scene["text"][:1] in "{[" else scene["text"]

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if event["body"] and event["body"][:1] == "{":
            json.loads(event["body"])
        for operation, request in wanted:
            client._make_api_call(operation, request)
        headers = {"Content-Type": "application/json"}
        return {"statusCode": scene["status"], "headers": headers, "body": json.dumps(body)}

    return handler


def main() -> None:
    scene: dict[str, Any] = pickle.loads(Path(sys.argv[1]).read_bytes())
    who, cut, rounds = sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 0
    event = scene["event"]
    calls = scene["calls"] or ((("Query"), b"", b'{"Items":[],"Count":0,"ScannedCount":0}'),)
    begun = time.process_time()
    if who == "bare":
        calls = (("Query", b"", b'{"Items":[],"Count":0,"ScannedCount":0}'),)
        app = bare(read=cut == "client")
        event = {**event, "resource": "/bare", "path": "/bare", "httpMethod": "GET", "pathParameters": None,
                 "headers": {},
                 "requestContext": {**event["requestContext"], "resourcePath": "/bare", "httpMethod": "GET"}}
    elif who == "hand":
        app = by_hand(scene)
    else:
        app = ours(scene["area"])
        still(scene["area"])
    state = (cut_at_the_door if cut == "door" else cut_at_the_wire)(calls)
    state["next"] = int(who == "hand" and _knows_catalogue(calls))
    answer = app(event, None)
    first = time.process_time() - begun
    if answer["statusCode"] >= 400:
        raise SystemExit(f"{scene['area']}: {answer}")
    if rounds:
        first = _warm(app, event, state, rounds, from_second=_knows_catalogue(calls))
    sys.stdout.write(f"\n{first:.6f}\n")


def _knows_catalogue(calls: Any) -> bool:
    """Tell whether the recording begins with reading the catalogue, which a warm container does not repeat."""
    return len(calls) > 1 and calls[0][0] == "GetItem" and b"catalog" in calls[0][1]


def _warm(app: Any, event: dict[str, Any], state: dict[str, int], rounds: int, *, from_second: bool) -> float:
    limits = sys.modules.get("chalicelib.aws.limits")
    seen: dict[str, int] = getattr(limits, "_seen", {})
    spent = 0.0
    for _ in range(rounds):
        state["next"] = int(from_second)
        seen.clear()  # each round is another guest's first request
        begun = time.process_time()
        answer = app(event, None)
        spent += time.process_time() - begun
        if answer["statusCode"] >= 400:
            raise SystemExit(f"warm: {answer}")
    return spent / rounds


if __name__ == "__main__":
    main()
