"""Do ledgers, balances, orders and payments agree? Looks at all gift cards, or at one, and changes nothing.

All cards are read by the months of their issue and all orders that speak of some by the months in which they were
placed, a page of each in memory at a time. What looks wrong there may only have moved meanwhile, so it is looked at
once more, as it is at one moment: a card and its order move in one transaction.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from ..aws.snapshot import snapshot
from ..carts.lines import gifts
from ..core.clock import Clock, spa_date
from ..giftcards import listing
from ..giftcards import table as giftcards
from ..giftcards.liability import months
from ..giftcards.model import Card
from ..giftcards.records import CARD, CardRecord
from ..payments import table as payments
from ..payments.model import PaymentId
from . import table
from .card_books import Odd, cards_of, of_card, of_order, of_pair, orders_of
from .model import Order
from .table import SK, OrderRecord

T = TypeVar("T")

FIRST_MONTH = "2026-01"  # no gift card is older
MOST_KEPT = 300
_PAGE = 100


@dataclass
class Report:
    """How much was looked at, and what does not agree: `count` of it, and the first MOST_KEPT.

    `bought` is how many cards the orders name as bought by them, `whole` whether everything was looked at.
    """

    cards: int = 0
    orders: int = 0
    bought: int = 0
    count: int = 0
    whole: bool = True
    found: list[Odd] = field(default_factory=list)
    _known: set[Odd] = field(default_factory=set)

    def add(self, odd: Iterable[Odd]) -> None:
        """Count what was not found before: a card and its order both lead to what they do not agree on."""
        for one in odd:
            if one not in self._known:
                self._known.add(one)
                self.count += 1
                self.found += [one] if len(self.found) < MOST_KEPT else []


def check(clock: Clock, enough_time: Callable[[], bool] = lambda: True) -> Report:
    """Look at all cards and all orders that speak of some, the newest months first, while there is time.

    A Query for each month and index, and for each page of a hundred two to four BatchGetItems; a few reads for each
    that looks wrong.
    """
    report, today = Report(), spa_date(clock.now())
    for month in reversed(months(FIRST_MONTH, f"{today:%Y-%m}")):
        for page in _pages(listing.books(month)):
            if not enough_time():
                report.whole = False
                return report
            report.cards += len(page)
            report.add(_of_books(page, clock))
        for numbers in _pages(table.with_cards(month)):
            if not enough_time():
                report.whole = False
                return report
            orders = table.load_all(numbers)
            report.orders += len(orders)
            report.bought += sum(bool(line.card) for order in orders for line in gifts(order.lines))
            report.add(_of_orders(orders, clock))
    return report


def check_card(card_id: str, clock: Clock) -> list[Odd]:
    """Return what is wrong with one card, and between it and every order it speaks of. Raises NotFound."""
    card = giftcards.load(card_id)
    pairs = [one for order in sorted(orders_of(card)) for one in _pair(card_id, order)]
    return [*of_card(card, spa_date(clock.now())), *pairs, *_order(card.order, clock)]


def check_order(number: str, clock: Clock) -> list[Odd]:
    """Return what is wrong with one order's cards. Raises NotFound."""
    pairs = [one for card in sorted(cards_of(table.load(number))) for one in _pair(card, number)]
    return [*pairs, *_order(number, clock)]


def _of_books(page: list[listing.Book], clock: Clock) -> Iterator[Odd]:
    today = spa_date(clock.now())
    orders = {order.id: order for order in table.load_all(set().union(*(orders_of(book) for book in page)))}
    for book in page:
        if of_card(book, today):
            yield from of_card(giftcards.load(book.id), today)
        for number in sorted(orders_of(book)):
            if of_pair(book, orders.get(number), (book.id, number)):
                yield from _pair(book.id, number)


def _of_orders(orders: list[Order], clock: Clock) -> Iterator[Odd]:
    named = set().union(*(cards_of(order) for order in orders))
    cards = {card.id: card for card in giftcards.load_all(named)}
    money = {one.id: one for one in payments.load_all(payment for order in orders for payment in order.payments)}
    openable = listing.openable(cards.values())
    for order in orders:
        for card in sorted(cards_of(order)):
            if of_pair(cards.get(card), order, (card, order.id)):
                yield from _pair(card, order.id)
        paid = [money[PaymentId(payment)] for payment in order.payments if payment in money]
        if gifts(order.lines) and of_order(order, paid, _bought(order, cards), openable, clock.now()):
            yield from _order(order.id, clock)


def _pair(card_id: str, number: str) -> list[Odd]:
    """Look at a card and an order as they are at one moment."""
    card, order = snapshot((CardRecord, card_id, CARD), (OrderRecord, number, SK))
    return of_pair(giftcards.card_of(card) if card else None, table.order_of(order) if order else None,
                   (card_id, number))


def _order(number: str, clock: Clock) -> list[Odd]:
    """Look at an order that bought cards, its payments and those cards as they are at one moment."""
    seen = table.load(number)
    keys = [(payments.PaymentRecord, payments.key_of(PaymentId(payment)), payments.SK) for payment in seen.payments]
    bought = [(CardRecord, line.card, CARD) for line in gifts(seen.lines) if line.card]
    record, *others = snapshot((OrderRecord, number, SK), *keys, *bought)
    order = table.order_of(record)
    money = [payments.payment_of(one) for one in others[:len(keys)] if one]
    cards = {one.pk: giftcards.card_of(one) for one in others[len(keys):] if one}
    return of_order(order, money, _bought(order, cards), listing.openable(cards.values()), clock.now())


def _bought(order: Order, cards: dict[str, Card]) -> list[Card]:
    return [cards[line.card] for line in gifts(order.lines) if line.card in cards]


def _pages(found: Iterable[T]) -> Iterator[list[T]]:
    each = iter(found)
    while page := list(islice(each, _PAGE)):
        yield page
