"""The arrival code: signed, so that reception can believe it offline, and silent about the guest."""

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.orders.arrival import Arrival, code_of, public_key
from infra.paths import SITE
from tests.support.http import Answer
from tests.support.spa import Placed, Spa, line

SEED = bytes(range(32))
NOON = datetime(2026, 12, 2, 15, tzinfo=UTC)


def of_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read(code: str, key: str) -> Any:
    """Return what a code says, as whoever knows the public key reads it. Raises InvalidSignature."""
    signed, _, signature = code.rpartition(".")
    Ed25519PublicKey.from_public_bytes(of_base64(key)).verify(of_base64(signature), signed.encode())
    version, _, content = signed.partition(".")
    assert version == "A1"
    return json.loads(of_base64(content))


def paid(spa: Spa, *lines: dict[str, Any]) -> Placed:
    placed = spa.place(*lines)
    spa.provider.pay(placed.payment)
    placed.webhook()
    return placed


def arrival(spa: Spa, placed: Placed, **options: Any) -> Answer:
    return spa.client.get(f"/api/reservas/{placed.id}/llegada", token=placed.token, **options)


def key(spa: Spa) -> str:
    answer = spa.client.get("/api/llegadas/clave")
    assert (answer.status, answer.headers["cache-control"]) == (200, "public, max-age=300")
    return str(answer.json["key"])


def test_a_confirmed_order_has_a_code_that_the_public_key_proves(spa: Spa) -> None:
    placed = paid(spa, line(), {**line("2026-12-04 16:00", service="cabana-tepa"), "nights": 2})
    answer = arrival(spa, placed)
    assert (answer.status, set(answer.json)) == (200, {"code", "qr", "from", "until"})
    assert (answer.json["from"], answer.json["until"]) == ("2026-12-02T17:00:00-03:00", "2026-12-06T11:00:00-03:00")
    assert read(answer.json["code"], key(spa)) == {
        "o": placed.id, "d": ["2026-12-02", "2026-12-04", "2026-12-05", "2026-12-06"], "p": 2, "i": "A.S."}
    assert arrival(spa, placed).json == answer.json


def test_it_says_nothing_of_the_guest_but_the_initials(spa: Spa) -> None:
    said = json.dumps(read(arrival(spa, paid(spa)).json["code"], key(spa)))
    assert not any(word in said for word in ("Ana", "Soto", "example", "8765", "12345678", "Varas"))


def test_the_picture_is_an_svg_without_anything_that_runs(spa: Spa) -> None:
    qr = arrival(spa, paid(spa)).json["qr"]
    assert qr.startswith("<svg ") and qr.endswith("</svg>")
    assert not any(word in qr for word in ("script", "style", "href", "onload", "xlink"))


def test_the_picture_holds_the_link_to_the_page_that_checks_it(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.orders import arrivals

    made: list[str] = []
    real = arrivals.segno.make

    def noted(content: str, **options: Any) -> Any:
        made.append(content)
        return real(content, **options)

    monkeypatch.setattr(arrivals.segno, "make", noted)
    code = arrival(spa, paid(spa)).json["code"]
    assert made == [f"http://site.test/recepcion/#{code}"]


def test_an_order_that_is_not_paid_or_is_over_has_none(spa: Spa) -> None:
    placed = spa.place()
    assert (arrival(spa, placed).status, arrival(spa, placed).code) == (409, "order_not_confirmed")
    other = paid(spa, line("2026-12-03 17:00"))
    given_up = spa.client.post(f"/api/reservas/{other.id}/cambios", {"action": "cancel_all"}, token=other.token)
    assert given_up.status == 200, given_up.body
    assert arrival(spa, other).code == "order_not_confirmed"


def test_a_purchase_without_hours_has_none(spa: Spa) -> None:
    opened = spa.client.post("/api/carritos", {"products": [{"product": "espumante", "quantity": 1}]})
    placed = spa.check_out(opened.json["token"]).json
    spa.provider.pay(placed["payment"]["id"])
    bought = Placed(spa, placed["order"]["id"], placed["token"], placed["payment"]["id"])
    bought.webhook()
    assert (arrival(spa, bought).status, arrival(spa, bought).code) == (409, "order_without_hours")


def test_another_guests_token_does_not_open_it(spa: Spa) -> None:
    mine, other = paid(spa), paid(spa, line("2026-12-03 17:00"))
    answer = spa.client.get(f"/api/reservas/{mine.id}/llegada", token=other.token)
    assert (answer.status, answer.code) == (404, "not_found")
    assert spa.client.get(f"/api/reservas/{mine.id}/llegada").status == 401


@given(st.data())
def test_a_code_with_any_one_character_changed_proves_nothing(data: st.DataObject) -> None:
    code, public = _written(), public_key(SEED)
    place = data.draw(st.integers(0, len(code) - 2))  # the very last one has bits that mean nothing
    other = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda symbol: symbol != code[place]))
    with pytest.raises((InvalidSignature, ValueError, AssertionError)):
        read(code[:place] + other + code[place + 1 :], public)


def test_a_code_of_another_key_proves_nothing() -> None:
    with pytest.raises(InvalidSignature):
        read(_written(), public_key(bytes(32)))


def test_the_page_reads_what_we_write() -> None:
    text = (SITE / "tests/arrivalcode.test.js").read_text(encoding="utf-8")
    assert f'const CODE = "{_written()}";' in text
    assert f'const KEY = "{public_key(SEED)}";' in text


def _written() -> str:
    return code_of(Arrival(order="7K2M-9Q4T-X", first=NOON, last=NOON, days=(date(2026, 12, 2), date(2026, 12, 4)),
                           guests=2, initials="Á.S."), SEED)
