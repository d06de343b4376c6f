"""Publishing: a new version for new content, nothing for the same, and one winner of two publishers."""

from collections.abc import Iterator
from datetime import datetime
from unittest import mock

import pytest

from chalicelib.catalog import publish as publishing
from chalicelib.catalog import table
from chalicelib.catalog.model import Catalogue
from chalicelib.catalog.publish import publish
from chalicelib.core.clock import SPA_ZONE, FixedClock
from chalicelib.core.errors import Conflict, Terminal
from tests.support.books import empty
from tests.support.meter import metered
from tests.support.spa import demo_catalogue

CLOCK = FixedClock(datetime(2026, 11, 30, 9, tzinfo=SPA_ZONE))


@pytest.fixture(autouse=True)
def nothing_published(dynamodb: str) -> Iterator[None]:
    empty("catalog")
    table.forget()
    yield
    empty("catalog")
    table.forget()


def dearer(shop: Catalogue, slug: str = "tina-hornopiren", amount: int = 26000) -> Catalogue:
    services = tuple(
        s.model_copy(update={"price": s.price.model_copy(update={"amount": amount})}) if s.slug == slug else s
        for s in shop.services
    )
    return shop.model_copy(update={"services": services})


def price(shop: Catalogue) -> int:
    return shop.service("tina-hornopiren").price.amount


def published(shop: Catalogue) -> int:
    return publish(shop, by="tests", note="a test", clock=CLOCK)


def test_what_is_published_is_what_is_read() -> None:
    assert published(demo_catalogue()) == 1
    edition = table.find(table.CURRENT)
    assert edition is not None
    assert table.opened(edition) == demo_catalogue().model_copy(update={"version": 1})
    booked = table.current(CLOCK)
    assert booked.model_dump() == demo_catalogue().model_dump(include=set(Catalogue.model_fields)) | {"version": 1}


def test_publishing_the_same_again_changes_nothing() -> None:
    published(demo_catalogue())
    with metered() as bill:
        assert published(demo_catalogue()) == 1
    assert bill.transactions == bill.writes == 0


def test_every_version_is_kept_and_an_earlier_one_can_be_published_again() -> None:
    published(demo_catalogue())
    assert published(dearer(demo_catalogue())) == 2
    assert price(table.current(CLOCK)) == 26000
    first = table.find("version#000001")
    assert first is not None
    assert published(table.opened(first)) == 3
    table.forget()
    assert price(table.current(CLOCK)) == 25000
    assert all(table.find(f"version#{n:06}") for n in (1, 2, 3))


def test_of_two_who_publish_at_once_one_is_told_to_look_again() -> None:
    published(demo_catalogue())
    before = table.find(table.CURRENT)
    published(dearer(demo_catalogue()))
    with mock.patch.object(publishing, "find", return_value=before), pytest.raises(Conflict) as caught:
        published(dearer(demo_catalogue(), amount=27000))
    assert caught.value.code == "catalogue_changed"
    table.forget()
    assert price(table.current(CLOCK)) == 26000
    assert table.find("version#000003") is None


def test_reading_costs_one_request_of_two_units_at_most_and_none_for_a_minute() -> None:
    published(demo_catalogue())
    clock = FixedClock(CLOCK.now())
    with metered() as bill:
        table.current(clock)
        clock.advance(seconds=59)
        table.current(clock)
    assert (bill.counted(), bill.read_units <= 2) == ({"GetItem": 1}, True)


def test_a_document_is_parsed_once_and_a_newer_one_is_seen_after_a_minute() -> None:
    published(demo_catalogue())
    clock = FixedClock(CLOCK.now())
    first = table.current(clock)
    clock.advance(seconds=60)
    with mock.patch.object(table, "opened", side_effect=AssertionError("parsed again")):
        assert table.current(clock) is first
    cache = table._Cache.catalogue, table._Cache.asked_at
    published(dearer(demo_catalogue()))
    table._Cache.catalogue, table._Cache.asked_at = cache  # another container than the publisher's
    assert price(table.current(clock)) == 25000
    clock.advance(seconds=60)
    assert price(table.current(clock)) == 26000


def test_before_the_first_publication_there_is_no_catalogue() -> None:
    with pytest.raises(Terminal) as caught:
        table.current(CLOCK)
    assert caught.value.code == "catalogue_missing"


def test_a_field_that_newer_code_added_does_not_trouble_older_code() -> None:
    published(demo_catalogue())
    edition = table.find(table.CURRENT)
    assert edition is not None
    import gzip

    text = gzip.decompress(edition.document).replace(b'{"slug":"tinas"', b'{"aroma":"canelo","slug":"tinas"')
    assert b"aroma" in text
    edition.document = gzip.compress(text)
    assert table.opened(edition).category("tinas").kind == "tub"
