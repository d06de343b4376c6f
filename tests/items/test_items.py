"""What waits for a person: opened once, listed with what to do, closed once."""

import json
from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.roles import Actor
from chalicelib.items import api, table
from chalicelib.items.model import ItemKind, ItemState
from infra.paths import ROOT
from tests.support.http import Answer
from tests.support.spa import NOW, Spa

KEY = "chargeback.pay_x.17"
ABOUT: dict[str, str | int] = {"order": "7K2M-9Q4T-X", "payment": "pay_x", "amount": 50_000}
ANA = Actor("ana", "Ana")


def opened(spa: Spa, key: str = KEY, kind: ItemKind = ItemKind.CHARGEBACK, **about: str | int) -> bool:
    return table.open_item(kind=kind, key=key, about=about or ABOUT, now=spa.clock.now())


def listed(spa: Spa, **options: Any) -> Answer:
    answer = spa.client.get("/api/admin/pendientes", staff="reception", **options)
    assert answer.status == 200, answer.body
    return answer


def resolve(spa: Spa, key: str = KEY, note: str = "Contestado en el panel.", **options: Any) -> Answer:
    return spa.client.post(f"/api/admin/pendientes/{key}/resolucion", {"note": note}, staff="manager", **options)


def in_transaction(step: Any, *args: Any, **options: Any) -> Any:
    tx = Transaction()
    found = step(tx, *args, **options)
    tx.commit()
    return found


def test_what_is_found_is_listed_with_what_to_do(spa: Spa) -> None:
    assert opened(spa)
    assert listed(spa).json == {"next": None, "items": [{
        "key": KEY, "kind": "chargeback", "title": "Un banco reclama un pago",
        "todo": "Responde el reclamo en el panel del medio de pago antes de su plazo, con el comprobante de la reserva."
                " El dinero ya está descontado; si ganas el reclamo, vuelve solo.",
        "about": ABOUT, "state": "open", "opened_at": NOW.isoformat(), "resolved_at": None, "note": None,
    }]}  # fmt: skip
    english = listed(spa, headers={"accept-language": "en"}).json["items"][0]
    assert english["title"] == "A bank claims a payment back"


def test_finding_the_same_again_changes_nothing(spa: Spa) -> None:
    opened(spa)
    before = spa.dump()
    spa.clock.advance(days=1)
    assert not opened(spa, order="another")
    in_transaction(table.opened, kind=ItemKind.PAYMENT_UNKNOWN, key=KEY, about={}, now=spa.clock.now())
    assert spa.dump() == before


def test_a_step_of_a_transaction_opens_the_same_item(spa: Spa) -> None:
    in_transaction(table.opened, kind=ItemKind.CHARGEBACK, key=KEY, about=ABOUT, now=spa.clock.now())
    before = spa.dump()
    assert not opened(spa)
    assert spa.dump() == before
    assert table.load(KEY).about == ABOUT


def test_the_list_goes_on_page_by_page_and_oldest_first(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PAGE", 2)
    for number in range(5):
        opened(spa, f"payment_unknown.flow.{number}", ItemKind.PAYMENT_UNKNOWN, amount=number)
        spa.clock.advance(minutes=1)
    found, cursor = [], None
    while True:
        page = listed(spa, query={"cursor": cursor} if cursor else {}).json
        found += [item["about"]["amount"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [0, 1, 2, 3, 4]
    assert spa.client.get("/api/admin/pendientes", staff="owner", query={"cursor": "made.up"}).code == "cursor_invalid"


def test_a_person_closes_it_and_it_is_gone_from_the_list(spa: Spa) -> None:
    opened(spa)
    spa.clock.advance(hours=1)
    answer = resolve(spa)
    assert (answer.status, answer.json["state"], answer.json["note"]) == (200, "resolved", "Contestado en el panel.")
    assert listed(spa).json["items"] == []
    item = table.load(KEY)
    assert (item.state, item.resolved_by, item.resolved_at) == (ItemState.RESOLVED, "member-manager", spa.clock.now())


def test_closing_it_twice_is_answered_alike_and_the_first_word_stands(spa: Spa) -> None:
    opened(spa)
    first = resolve(spa)
    before = spa.dump()
    spa.clock.advance(hours=1)
    assert resolve(spa, note="Otra cosa.").json == first.json
    assert spa.dump() == before


def test_a_closed_one_is_never_opened_again(spa: Spa) -> None:
    opened(spa)
    resolve(spa)
    before = spa.dump()
    assert not opened(spa)
    in_transaction(table.opened, kind=ItemKind.CHARGEBACK, key=KEY, about=ABOUT, now=spa.clock.now())
    assert spa.dump() == before


@pytest.mark.parametrize("settled_first", [False, True])
def test_what_put_itself_right_is_closed_in_whatever_order_it_is_told(spa: Spa, settled_first: bool) -> None:
    steps = [lambda: opened(spa), lambda: in_transaction(table.settled, KEY, spa.clock.now())]
    for step in reversed(steps) if settled_first else steps:
        step()
    assert listed(spa).json["items"] == []
    assert not opened(spa)
    assert listed(spa).json["items"] == []


def test_what_a_person_said_stays_when_it_puts_itself_right_later(spa: Spa) -> None:
    opened(spa)
    resolve(spa)
    in_transaction(table.settled, KEY, spa.clock.now())
    item = table.load(KEY)
    assert (item.state, item.note) == (ItemState.SETTLED, "Contestado en el panel.")
    assert resolve(spa, note="Otra cosa.").json["note"] == "Contestado en el panel."


def test_what_is_unknown_or_has_no_note_is_refused_and_leaves_no_trace(spa: Spa) -> None:
    opened(spa)
    before = spa.dump()
    assert (resolve(spa, "chargeback.pay_y.1").status, resolve(spa, "a~b").code) == (404, "item_not_found")
    assert resolve(spa, note="  ").status == 422
    assert resolve(spa, note="x" * 501).status == 422
    assert spa.dump() == before


def test_what_put_itself_right_before_it_was_opened_is_not_found(spa: Spa) -> None:
    in_transaction(table.settled, KEY, spa.clock.now())
    assert resolve(spa).code == "item_not_found"


def test_of_two_who_close_it_at_once_the_first_is_believed(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(spa)
    load, raced = table.load, []

    def load_late(key: str) -> Any:
        item = load(key)
        if not raced:
            raced.append(key)
            in_transaction(table.resolve, key, by=ANA, note="Primera.", clock=spa.clock)
        return item

    monkeypatch.setattr(table, "load", load_late)
    assert resolve(spa).json["note"] == "Primera."
    assert raced == [KEY]


def test_a_key_that_could_not_stand_in_a_path_is_a_fault_of_ours(spa: Spa) -> None:
    with pytest.raises(ValueError, match="not an item's key"):
        opened(spa, "refund#1")


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_kind_says_what_is_the_matter_and_what_to_do(lang: str) -> None:
    texts = json.loads((ROOT / f"chalicelib/core/texts/{lang}.json").read_text(encoding="utf-8"))
    wanted = {f"item.{kind}{part}" for kind in ItemKind for part in ("", ".todo")}
    assert {code for code in texts if code.startswith("item.")} == wanted
