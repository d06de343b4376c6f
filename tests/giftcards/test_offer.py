"""What can be given: experiences, designs and words of the published catalogue, in the caller's language."""

from typing import Any

import pytest

from chalicelib.catalog.check import problems
from chalicelib.catalog.model import Catalogue
from chalicelib.catalog.offers import DRAWN
from chalicelib.giftcards.paper.art.designs import DESIGNS
from chalicelib.giftcards.paper.looks import LOOKS
from chalicelib.giftcards.paper.typeset import printable
from tests.giftcards.conftest import Shop
from tests.support.spa import demo_catalogue


def test_the_offer_is_the_catalogues_in_spanish(shop: Shop) -> None:
    reply = shop.spa.send("GET", "/api/giftcards")
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "public, max-age=60")
    offer = reply.json
    assert offer["experiences"][5] == {
        "slug": "regalo-velada-romantica", "name": "Velada romántica",
        "summary": "Tina para dos con decoración romántica.",
        "price": 82000, "hydromassage_extra": 10000, "min_amount": None, "max_amount": None}
    assert offer["experiences"][-1]["min_amount"] == 20000
    assert offer["designs"][0] == {"slug": "amanecer", "name": "Amanecer en el Osorno"}
    assert [tone["slug"] for tone in offer["tones"]] == ["amor", "cumpleanos", "gracias", "amistad", "porque-si"]
    assert {len(tone["suggestions"]) for tone in offer["tones"]} == {3}
    limits = {name: offer[name] for name in ("valid_days", "message_max", "name_max", "currency")}
    assert limits == {"valid_days": 365, "message_max": 300, "name_max": 40, "currency": "CLP"}


def test_the_offer_is_said_in_english_too(shop: Shop) -> None:
    offer = shop.spa.send("GET", "/api/giftcards", more={"accept-language": "en"}).json
    assert offer["designs"][1]["name"] == "Starry night"
    assert offer["tones"][2]["suggestions"][0] == "Thank you for all you do, and for what nobody sees."


def test_every_design_that_can_be_offered_is_drawn_and_has_its_colours() -> None:
    assert tuple(DESIGNS) == tuple(LOOKS) == DRAWN


def test_every_proposed_message_comes_out_on_the_card_as_it_is_written() -> None:
    for tone in demo_catalogue().gift_tones:
        for words in tone.suggestions:
            assert (printable(words.es), printable(words.en)) == (words.es, words.en)


TONE = {"slug": "amor", "name": {"es": "a", "en": "a"}}


@pytest.mark.parametrize(("changes", "path", "sentence"), [
    ({"gift_designs": []}, "gift_designs", "a gift card needs a design"),
    ({"gift_designs": [{"slug": "oleo", "name": {"es": "a", "en": "a"}}]}, "gift_designs[0].slug",
     "unknown drawing 'oleo'"),
    ({"gift_tones": [{**TONE, "suggestions": []}]}, "gift_tones[0].suggestions", "a tone has words to begin with"),
    ({"gift_tones": [{**TONE, "suggestions": [{"es": "a" * 301, "en": "a"}]}]}, "gift_tones[0].suggestions[0]",
     "a message has at most 300 letters"),
])
def test_a_catalogue_whose_gifts_cannot_be_drawn_is_not_published(
        changes: dict[str, Any], path: str, sentence: str) -> None:
    catalogue = Catalogue.model_validate({**demo_catalogue().model_dump(mode="json"), **changes})
    assert [(one.path, one.sentence) for one in problems(catalogue)] == [(path, sentence)]
