"""The worker and the waitlist, with real tables: each fact of an entry becomes one mail, while it is true."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.catalog.model import Catalogue
from chalicelib.core.clock import spa_date
from chalicelib.notifications.table import MailItem
from chalicelib.waitlist import model
from chalicelib.waitlist import table as entries
from chalicelib.waitlist.leave import told
from chalicelib.waitlist.model import Entry, Joiner, Offered, Wanted
from tests.notifications.conftest import Post

pytestmark = pytest.mark.cloud


def _stored(entry: Entry) -> Entry:
    tx = Transaction()
    entries.saved(tx, entry)
    tx.commit()
    return entry


@pytest.fixture
def waiting(post: Post, catalogue: Catalogue) -> Entry:
    """Berta waits for the tub Hornopirén, next week."""
    now = post.clock.now()
    day = spa_date(now) + timedelta(days=7)
    return _stored(model.joined(
        Wanted(services=("tina-hornopiren",), first=day, last=day, guests=2),
        Joiner(name="Berta Díaz", email="berta@correo.cl"), frozenset(), language="es", trace="req-12345678", now=now))


def _offer(post: Post) -> Offered:
    start = post.clock.now().replace(microsecond=0) + timedelta(days=7)
    return Offered(cart="crt_x_1", line="lin_a", service="tina-hornopiren", name_es="Tina Hornopirén",
                   name_en="Hornopirén hot tub", start=start, end=start + timedelta(hours=2), price=50_000,
                   until=post.clock.now() + timedelta(hours=1))


def test_who_joined_is_told_once_under_her_own_link(post: Post, waiting: Entry) -> None:
    fact = entries.fact(waiting, "waitlist.joined")
    assert [post.deliver(fact, fact), post.deliver(fact)] == [[], []]
    (message,) = post.sandbox.messages()
    mail: dict[str, Any] = message["mail"]
    assert mail["personalizations"] == [{"to": [{"email": "berta@correo.cl", "name": "Berta Díaz"}]}]
    for part in mail["content"]:
        assert f"/espera/#{waiting.id}." in part["value"]
        assert "Tina Hornopirén" in part["value"]


def test_an_offer_is_told_once_and_not_after_its_time(post: Post, waiting: Entry) -> None:
    offer = _offer(post)
    offered = _stored(model.offered(waiting, offer, post.clock.now()))
    fact = entries.fact(offered, "waitlist.offered", **told(offer), until=offer.until.isoformat())
    assert [post.deliver(fact), post.deliver(fact)] == [[], []]
    assert post.subjects() == ["Se liberó una hora para ti: Tina Hornopirén"]
    late = entries.fact(offered.model_copy(update={"version": 99}), "waitlist.offered", **told(offer))
    post.clock.advance(minutes=61)
    assert post.deliver(late) == []
    assert len(post.sandbox.messages()) == 1
    with pytest.raises(MailItem.DoesNotExist):
        MailItem.get(f"mail#{late.id}")


def test_who_has_left_is_not_written_to(post: Post, waiting: Entry) -> None:
    _stored(model.left(waiting, post.clock.now()))
    assert post.deliver(entries.fact(waiting, "waitlist.joined")) == []
    assert post.sandbox.messages() == []
