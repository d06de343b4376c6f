"""One request of each function that answers guests, and what it takes to replay it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Asked = tuple[str, str, dict[str, Any]]
TUB_DAY = "/api/disponibilidad?servicio=tina-hornopiren&desde=2026-12-18"
LINE = {"service": "tina-hornopiren", "start": "2026-12-18T17:00:00-03:00", "guests": 2}

AREAS: dict[str, Callable[[dict[str, Any]], Asked]] = {
    "catalog": lambda made: ("GET", "/api/categorias", {}),
    "availability": lambda made: ("GET", TUB_DAY, {}),
    "carts": lambda made: ("POST", "/api/carritos", {"body": {"lines": [LINE]}, "key": "bench-cart-02"}),
    "orders": lambda made: ("GET", f"/api/reservas/{made['order']}", {"token": made["token"]}),
    "payments": lambda made: ("POST", "/api/webhooks/flow", {"form": f"token={made['flow']}"}),
    "system": lambda made: ("GET", "/api/salud", {}),
}


@dataclass(frozen=True)
class Scene:
    """A request of an area, the DynamoDB calls it made (operation, request, answer) and its own answer."""

    area: str
    event: dict[str, Any]
    calls: tuple[tuple[str, bytes, bytes], ...]
    status: int
    text: str

    def plain(self) -> dict[str, Any]:
        """Return it as built-in types, for a process that should import nothing of ours to read it."""
        return {"area": self.area, "event": self.event, "calls": self.calls, "status": self.status, "text": self.text}
