"""A cart and its lines, as values. Pure."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from ..availability.sheets import Occupied
from ..core.errors import Conflict, NotFound
from ..core.money import Clp

HOLD = timedelta(minutes=20)
MAX_LINES = 10
CART_KEPT = timedelta(days=7)


class Line(BaseModel):
    """One booking of one service: when, for how many, at which price, and the ticks it occupies.

    The id is also the claim that holds the ticks. `unit_price` and `total` are CLP, frozen while held.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    service: str
    name_es: str
    name_en: str
    start: AwareDatetime
    end: AwareDatetime
    guests: int
    unit_price: int
    total: int
    occupied: Occupied
    held_until: AwareDatetime
    cancel_hours: int

    def live(self, now: datetime) -> bool:
        """Tell whether the hold still stands; as on the day sheet, its last second counts."""
        return int(self.held_until.timestamp()) >= int(now.timestamp())

    def name(self, lang: str) -> str:
        """Return the service's name in a language."""
        return self.name_en if lang == "en" else self.name_es


class Cart(BaseModel):
    """A cart. `version` counts its changes; `order` is set once it has been checked out."""

    model_config = ConfigDict(frozen=True)

    id: str
    lines: tuple[Line, ...] = ()
    version: int = 0
    created_at: AwareDatetime
    order: str | None = None

    @property
    def total(self) -> Clp:
        """The sum of the lines, in CLP."""
        return Clp(sum(line.total for line in self.lines))

    def line(self, line_id: str) -> Line:
        """Return one line. Raises NotFound("line_not_found")."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise NotFound("line_not_found")

    def must_accept(self, service: str, start: datetime, now: datetime) -> None:
        """Raise Conflict unless the cart can take one more line for this hour.

        "cart_checked_out", "slot_already_in_cart" (a lapsed line does not count) or "cart_full".
        """
        self.must_be_open()
        kept = [line for line in self.lines if line.live(now) or (line.service, line.start) != (service, start)]
        if any((line.service, line.start) == (service, start) for line in kept):
            raise Conflict("slot_already_in_cart")
        if len(kept) >= MAX_LINES:
            raise Conflict("cart_full", lines=MAX_LINES)

    def with_line(self, line: Line) -> "Cart":
        """Return the cart with one more line; it takes the place of a lapsed line for the same hour."""
        kept = tuple(old for old in self.lines if (old.service, old.start) != (line.service, line.start))
        return self.changed(lines=(*kept, line))

    def without_line(self, line_id: str) -> "Cart":
        """Return the cart without a line. Raises NotFound, Conflict("cart_checked_out")."""
        self.must_be_open()
        gone = self.line(line_id)
        return self.changed(lines=tuple(line for line in self.lines if line is not gone))

    def checked_out(self, order: str) -> "Cart":
        """Return the cart as one that became an order."""
        self.must_be_open()
        return self.changed(order=order)

    def must_be_open(self) -> None:
        """Raise Conflict("cart_checked_out") once the cart has become an order."""
        if self.order is not None:
            raise Conflict("cart_checked_out")

    def changed(self, **update: object) -> "Cart":
        """Return the cart's next version."""
        return self.model_copy(update={**update, "version": self.version + 1})
