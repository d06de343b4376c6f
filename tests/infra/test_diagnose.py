"""The diagnosis says in plain words what does not agree, and its exit code says whether anything does not."""

import sys

import pytest

from infra import diagnose
from tests.giftcards.conftest import Bought, Shop, gift, shop
from tests.giftcards.test_check_cards import damage_card, issue, one

__all__ = ["shop"]


@pytest.fixture
def bought(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Bought:
    """A card of 50,000 pesos that is issued; the diagnosis finds these tables and this clock."""
    order = shop.place(gift())
    order.pay()
    issue(order)
    monkeypatch.setattr(diagnose, "reach", lambda stage, region: None)
    monkeypatch.setattr(diagnose, "SystemClock", lambda: shop.spa.clock)
    return order


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *asked: str) -> tuple[int, list[str]]:
    monkeypatch.setattr(sys, "argv", ["diagnose", "giftcards", "--stage", "dev", *asked])
    capsys.readouterr()
    code = diagnose.main()
    return code, capsys.readouterr().out.splitlines()


def test_a_healthy_book_says_so(bought: Bought, monkeypatch: pytest.MonkeyPatch,
                                capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, capsys) == (0, ["Everything agrees: 1 gift cards, 1 orders that buy or use some."])
    assert run(monkeypatch, capsys, "--card", one(bought).id)[0] == 0
    assert run(monkeypatch, capsys, "--order", bought.order)[0] == 0


def test_what_does_not_agree_is_named_in_words(bought: Bought, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    card = one(bought).id
    damage_card(one(bought), balance=50_001)
    wrong = (f"amounts: gift card {card}, order {bought.order}: its amounts contradict its ledger: balance 50001, "
             "entries 50000; free 50000, balance 50001 less holds 0; "
             "free 50000, balance 50001, ceiling 50000 out of order")
    assert run(monkeypatch, capsys) == (1, [
        wrong, "1 things do not agree (1 gift cards, 1 orders that buy or use some). What to do: "
               "docs/operations.md#gift-cards-differ"])
    assert run(monkeypatch, capsys, "--card", card)[1][0] == wrong


def test_whoever_asks_for_what_is_not_there_is_told_so(bought: Bought, monkeypatch: pytest.MonkeyPatch,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, capsys, "--card", "gft_none") == (2, [])
    assert run(monkeypatch, capsys, "--order", "7K2M-9Q4T-X") == (2, [])


def test_every_difference_has_its_words() -> None:
    assert set(diagnose._WORDS) == set(diagnose.What)
    told = list(diagnose.lines(diagnose.Odd(what, "gft_x", "AAAA", 1, 2, "why") for what in diagnose.What))
    assert len(told) == len(diagnose.What) and not any("{" in line for line in told)
