"""What a mail is made of, and what can become of it. Plain values: no template, no table, no network."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail, ready to go: the same content as HTML and as plain text."""

    kind: str
    to: str
    to_name: str
    subject: str
    html: str
    text: str
    attachments: tuple[Attachment, ...] = field(default=())


# What SendGrid says about a mail it has taken, least to most final (PROVIDERS.md §C.3). Events come in any order and
# several times; a mail's state only climbs, so neither changes where it ends.
RANKS = {"processed": 1, "deferred": 2, "delivered": 3, "dropped": 4, "bounce": 5}
UNDELIVERED = frozenset({"dropped", "bounce"})


@dataclass(frozen=True)
class Delivery:
    """One thing SendGrid said about one of our mails: any of them proves that it took the mail."""

    mail: str
    event: str
    at: int

    @property
    def rank(self) -> int:
        """How final the event is."""
        return RANKS[self.event]


def most_final(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Return the most final delivery of each mail, the earliest of equals.

    >>> [d.event for d in most_final([Delivery("m", "delivered", 9), Delivery("m", "processed", 7)])]
    ['delivered']
    """
    best: dict[str, Delivery] = {}
    for delivery in deliveries:
        known = best.get(delivery.mail)
        if known is None or (delivery.rank, -delivery.at) > (known.rank, -known.at):
            best[delivery.mail] = delivery
    return list(best.values())
