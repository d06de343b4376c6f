"""Records what DynamoDB answers to one request of each function, for replays without any AWS."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.httpsession import URLLib3Session

from infra.bench.scenes import AREAS, Scene
from tests.support import journey

TARGET = "X-Amz-Target"


@contextmanager
def _heard() -> Iterator[list[tuple[str, bytes, bytes]]]:
    """Collect (operation, request body, answer body) of every DynamoDB call."""
    found: list[tuple[str, bytes, bytes]] = []
    original = URLLib3Session.send

    def send(self: Any, request: Any) -> Any:
        answer = original(self, request)
        target = request.headers.get(TARGET, b"")
        name = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        if "DynamoDB" in str(target):
            found.append((name, request.body, answer.content))
        return answer

    setattr(URLLib3Session, "send", send)  # noqa: B010
    try:
        yield found
    finally:
        setattr(URLLib3Session, "send", original)  # noqa: B010


def record(directory: Path) -> dict[str, str]:
    """Go once through every area's request on the tables at hand and write `<area>.pickle` each.

    Return the confirmed order that was made for it: its number, its token and Flow's token.
    """
    from chalicelib.catalog import table as catalogue_table

    with journey.world() as world:
        made = _order(world)
        for area, build in AREAS.items():
            method, path, options = build(made)
            event = journey.request_event(method, path, **options)
            catalogue_table.forget()
            with _heard() as calls:
                reply = journey.send(method, path, **options)
            if reply.status >= 400:
                raise RuntimeError(f"{area}: {reply.status} {reply.text}")
            scene = Scene(area, event, tuple(calls), reply.status, reply.text)
            (directory / f"{area}.pickle").write_bytes(pickle.dumps(scene.plain()))
    return made


def _order(world: journey.World) -> dict[str, str]:
    cart = journey.send("POST", "/api/carritos", key="bench-cart-01", body={"lines": [
        journey.new_line("2026-12-17T17:00:00-03:00")]}).json
    placed = journey.send("POST", "/api/reservas", key="bench-order-1", token=cart["token"], body=journey.FORM).json
    token = placed["payment"]["url"].split("token=")[1]
    world.flow.pay(token)
    journey.send("POST", "/api/webhooks/flow", form=f"token={token}")
    world.work("payment-signals")
    return {"order": placed["order"]["id"], "token": placed["token"], "flow": token}
