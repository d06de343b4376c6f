"""How many of each product are left: one counter each in the catalogue's table, which no transaction takes below zero.

| pk | sk | what |
|---|---|---|
| `stock` | product | `left`: units that may still be sold |

Check-out takes units in its one transaction; the transaction that expires the order puts them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..core.errors import Conflict
from .offers import Product

PARTITION = "stock"


class Counter(BaseTable):
    """What is left of one product."""

    class Meta:
        area = "catalog"
        table_name = None

    pk = UnicodeAttribute(hash_key=True, default=PARTITION)
    sk = UnicodeAttribute(range_key=True)
    left = NumberAttribute()


def left() -> dict[str, int]:
    """Return how many units of each product are left. One eventually consistent Query; conditions decide."""
    return {counter.sk: int(counter.left) for counter in Counter.query(PARTITION)}


def take(tx: Transaction, wanted: Mapping[str, int]) -> None:
    """Add the steps that take so many units of each product; the commit raises Conflict("out_of_stock")."""
    for product, quantity in wanted.items():
        tx.update(Counter(PARTITION, product), actions=[Counter.left.set(Counter.left - quantity)],
                  condition=Counter.left >= quantity, otherwise=Conflict("out_of_stock", product=product))


def put_back(tx: Transaction, taken: Mapping[str, int]) -> None:
    """Add the steps that put units back on the shelf."""
    for product, quantity in taken.items():
        tx.update(Counter(PARTITION, product), actions=[Counter.left.add(quantity)])


def stocked(products: Iterable[Product]) -> None:
    """Give each product that has no counter yet its first stock; the others keep theirs. One write each."""
    for product in products:
        try:
            Counter(sk=product.slug, left=product.stock).save(condition=Counter.sk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
