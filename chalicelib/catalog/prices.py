"""Price rules: what a booking costs on a day. Pure; prices include IVA (DOMAIN.md, Catalogue)."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Literal

from ..core.money import Clp
from .values import Days, Pesos, Value, Weekday, weekday_of

PriceUnit = Literal["guest", "unit", "flat", "night"]


class PriceOverride(Value):
    """Another amount on some days. Every criterion that is given must hold."""

    amount: Pesos
    weekdays: tuple[Weekday, ...] = ()
    dates: Days | None = None
    holiday: bool = False

    def applies(self, day: date, holidays: Container[date]) -> bool:
        """Tell whether the override speaks about `day`."""
        return (
            (not self.holiday or day in holidays)
            and (self.dates is None or day in self.dates)
            and (not self.weekdays or weekday_of(day) in self.weekdays)
        )

    @property
    def specificity(self) -> tuple[bool, bool, int, bool, int]:
        """Sort key: a holiday beats a date range beats a weekday; a shorter range or list beats a longer one."""
        length = self.dates.length if self.dates else 0
        return (self.holiday, self.dates is not None, -length, bool(self.weekdays), -len(self.weekdays))


class PriceRule(Value):
    """An amount per guest, per unit, per night or flat, and its exceptions; the most specific one wins.

    Of two equally specific exceptions the one written last wins.
    """

    amount: Pesos
    unit: PriceUnit
    overrides: tuple[PriceOverride, ...] = ()

    def amount_on(self, day: date, holidays: Container[date] = ()) -> Clp:
        """Return the amount of one unit on a local date, in CLP.

        >>> rule = PriceRule(amount=110000, unit="flat",
        ...                  overrides=(PriceOverride(amount=130000, weekdays=("fri", "sat")),))
        >>> rule.amount_on(date(2026, 12, 4)), rule.amount_on(date(2026, 12, 6))
        (130000, 110000)
        """
        if not self.overrides:
            return Clp(self.amount)
        best: PriceOverride | None = None
        for override in self.overrides:
            if override.applies(day, holidays) and (best is None or override.specificity >= best.specificity):
                best = override
        return Clp(best.amount if best else self.amount)

    def total_on(self, day: date, guests: int, holidays: Container[date] = ()) -> Clp:
        """Return what one booking for `guests` costs on a local date, in CLP."""
        amount = self.amount_on(day, holidays)
        return Clp(amount * guests) if self.unit == "guest" else amount

    @property
    def lowest(self) -> Clp:
        """The lowest amount of one unit on any day: the "from" price."""
        return Clp(min([self.amount, *(override.amount for override in self.overrides)]))
