"""List cursors can't be made up, and nobody may knock too often."""

import pytest

from chalicelib.core.errors import Malformed
from chalicelib.web.cursor import read_cursor, write_cursor
from tests.support.spa import Spa, line


@pytest.mark.parametrize("position", ["tina-osorno", 7, ["a", 1], None])
@pytest.mark.usefixtures("dynamodb")
def test_a_cursor_leads_back_to_its_position(position: object) -> None:
    assert read_cursor("services", write_cursor("services", position)) == position


@pytest.mark.parametrize("cursor", ["", "x", "InRpbmEi.abc", "ñ", "." * 2000])
@pytest.mark.usefixtures("dynamodb")
def test_a_made_up_cursor_is_malformed(cursor: str) -> None:
    with pytest.raises(Malformed, match="cursor_invalid"):
        read_cursor("services", cursor)


@pytest.mark.usefixtures("dynamodb")
def test_a_cursor_of_another_list_is_malformed() -> None:
    with pytest.raises(Malformed, match="cursor_invalid"):
        read_cursor("orders", write_cursor("services", "tina-osorno"))


def test_a_made_up_cursor_in_a_request_is_400(spa: Spa) -> None:
    answer = spa.client.get("/api/servicios", query={"cursor": "made-up"})
    assert (answer.status, answer.code) == (400, "cursor_invalid")


def test_a_caller_who_knocks_too_often_is_told_when_to_come_back(spa: Spa) -> None:
    answers = [spa.client.post("/api/carritos", {}) for _ in range(46)]
    assert [answer.status for answer in answers] == [201] * 45 + [429]
    refused = answers[-1]
    assert refused.code == "too_many_requests"
    assert refused.headers["retry-after"] == "600"
    assert spa.client.post("/api/carritos", {}, address="198.51.100.9").status == 201
    spa.clock.advance(minutes=10)
    assert spa.client.post("/api/carritos", {}).status == 201


def test_a_caller_who_knocks_too_often_changes_nothing(spa: Spa) -> None:
    for _ in range(45):
        spa.client.post("/api/carritos", {})
    before = spa.dump()
    assert spa.client.post("/api/carritos", {"lines": [line()]}).status == 429
    assert spa.dump() == before
