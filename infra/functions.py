"""The functions of `functions.yaml`, checked."""

from dataclasses import dataclass, field
from typing import Any

from infra import cfn
from infra.paths import INFRA

TABLES = ("catalog", "calendar", "carts", "orders", "payments", "items", "feeds", "waitlist", "giftcards",
          "notifications", "requests")
QUEUES = ("payment-signals", "notifications", "refunds", "waitlist", "giftcards", "giftcard-prints")
BUCKETS = ("prints",)
SECRETS = ("signing", "flow", "mercadopago", "sendgrid", "giftcards")
SETTINGS = {"SITE_URL": "SiteUrl", "FLOW_API_URL": "FlowApiUrl", "MERCADOPAGO_API_URL": "MercadopagoApiUrl",
            "SENDGRID_API_URL": "SendgridApiUrl", "MAIL_FROM": "MailFrom"}


@dataclass(frozen=True)
class Function:
    """One Lambda function: what it runs, its size, what starts it and what it may touch.

    `memory` is in MB, `timeout` in seconds, `kind` names its zip (infra/bundle.py).
    Exactly one of `module` (an API area) and `handler` (a worker) is set.
    """

    name: str
    memory: int
    timeout: int
    kind: str
    module: str | None = None
    handler: str | None = None
    tables: dict[str, list[str]] = field(default_factory=dict)
    send: list[str] = field(default_factory=list)
    buckets: dict[str, list[str]] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    queue: dict[str, Any] | None = None
    stream: dict[str, Any] | None = None
    schedule: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        _known(self.name, "table", {name.split(".")[0] for name in self.tables}, TABLES)
        _known(self.name, "queue", self.send, QUEUES)
        _known(self.name, "bucket", self.buckets, BUCKETS)
        _known(self.name, "secret", self.secrets, SECRETS)
        _known(self.name, "setting", self.settings, SETTINGS)
        if (self.module is None) == (self.handler is None):
            raise ValueError(f"{self.name}: give either a module (API area) or a handler (worker)")

    @property
    def logical_id(self) -> str:
        """The function's name in the template; an area and a worker may share a word, so areas end in Api."""
        return cfn.pascal(self.name) + ("Api" if self.module else "Worker")

    @property
    def entry_point(self) -> str:
        """Lambda's handler string."""
        return self.handler or f"{self.entry_module}.app"

    @property
    def entry_module(self) -> str:
        """The generated module that serves an area's blueprint and nothing else."""
        return f"entry_{self.name.replace('-', '_')}"


def _known(function: str, kind: str, names: Any, allowed: Any) -> None:
    unknown = sorted(set(names) - set(allowed))
    if unknown:
        raise ValueError(f"functions.yaml: {function} names an unknown {kind}: {', '.join(unknown)}")


def load() -> list[Function]:
    """Return every function, API areas first.

    Raises ValueError or TypeError, naming the function, when an entry is wrong.
    """
    content = cfn.read(INFRA / "functions.yaml")
    entries = {**content["api"], **content["workers"]}
    if len(entries) != len(content["api"]) + len(content["workers"]):
        raise ValueError("functions.yaml: an area and a worker have the same name")
    return [Function(name=name, **{**content["defaults"], **entry}) for name, entry in entries.items()]
