"""What the site reads of the catalogue, over HTTP."""

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.catalog import stock
from chalicelib.catalog.views import CategoriesView, ServicesView, ServiceView
from tests.support.spa import Spa, opened_spa


@pytest.fixture
def spa(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Spa:
    return opened_spa(monkeypatch)


def test_all_services_are_listed_in_order_and_cached_for_a_minute(spa: Spa) -> None:
    answer = spa.client.get("/api/servicios")
    found = ServicesView.model_validate(answer.json, strict=True)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["vary"] == "Accept-Language"  # or a browser shows the other language for that minute
    assert [service.slug for service in found.items[:3]] == ["tina-hornopiren", "tina-tronador", "tina-osorno"]
    assert (len(found.items), found.next) == (27, None)


def test_a_service_is_shown_with_everything_the_page_needs(spa: Spa) -> None:
    answer = spa.client.get("/api/servicios/tina-hornopiren")
    shown = ServiceView.model_validate(answer.json).model_dump(exclude={"summary", "description", "policy"})
    assert shown == {
        "slug": "tina-hornopiren",
        "category": "tinas",
        "kind": "tub",
        "name": "Tina Hornopirén",
        "minutes": 120,
        "min_guests": 1,
        "max_guests": 3,
        "usual_guests": 2,
        "price": {"amount": 25000, "unit": "guest"},
        "price_from": 25000,
        "starts": ["12:00", "14:30", "17:00", "19:30", "22:00"],
        "closed_weekdays": [2],
        "booking": "online",
        "addon_to": None,
        "notice_minutes": 120,
        "horizon_days": 180,
        "images": [],
        "art": "tub",
    }
    assert (answer.json["policy"]["cancel_hours"], answer.json["policy"]["version"]) == (24, "2026-11")


def test_texts_come_in_the_caller_s_language(spa: Spa) -> None:
    english = spa.client.get("/api/servicios/tina-hornopiren", headers={"accept-language": "en"})
    assert english.json["name"] == "Hornopirén hot tub"
    assert english.headers["content-language"] == "en"


def test_packs_say_what_they_need_and_save(spa: Spa) -> None:
    answer = spa.client.get("/api/packs", headers={"accept-language": "en"})
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert [(pack["slug"], pack["name"], pack["discount"]) for pack in answer.json["items"]] == [
        ("tina-y-masaje", "Tub + Massage", 35_000), ("cabana-y-tina", "Cabin + Tub", 45_000)]
    assert answer.json["items"][0]["needs"] == [{"kind": "tub", "at_least": 2, "counted": "guests"},
                                               {"kind": "massage", "at_least": 2, "counted": "guests"}]
    assert (answer.json["items"][1]["weekdays"], answer.json["items"][1]["min_nights"]) == ([1, 2, 3, 4, 7], 1)


def test_products_say_what_is_left_now_and_where_they_are_sold(spa: Spa) -> None:
    def shown() -> dict[str, int]:
        return {one["slug"]: one["available"] for one in spa.client.get("/api/productos").json["items"]}

    answer = spa.client.get("/api/productos")
    assert "max-age" not in answer.headers.get("cache-control", "")
    assert answer.json["items"][0] == {"slug": "chocolates", "name": "Chocolates artesanales", "price": 16_000,
                                       "category": "dulces", "sold": ["online", "desk", "order_page"], "available": 24}
    tx = Transaction()
    stock.take(tx, {"chocolates": 23})
    tx.commit()
    assert (shown()["chocolates"], shown()["espumante"]) == (1, 30)


def test_what_the_house_wants_to_be_asked_for_says_ask(spa: Spa) -> None:
    booking = {s["slug"]: s["booking"] for s in spa.client.get("/api/servicios").json["items"]}
    assert {booking[slug] for slug in ("cabana-tepa", "masaje-relajacion", "programa-pausa", "desayuno")} == {"online"}
    assert booking["masaje-deportivo"] == "ask"


def test_a_category_narrows_the_list_and_its_pages_join_up(spa: Spa) -> None:
    whole = [s["slug"] for s in spa.client.get("/api/servicios", query={"categoria": "tinas"}).json["items"]]
    paged: list[str] = []
    query = {"categoria": "tinas", "limit": "3"}
    while True:
        page = spa.client.get("/api/servicios", query=query).json
        paged += [service["slug"] for service in page["items"]]
        if page["next"] is None:
            break
        query = {**query, "cursor": page["next"]}
    assert len(whole) == 8
    assert paged == whole


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"categoria": "pozas"}, 404, "category_not_found"),
        ({"cursor": "made-up"}, 400, "cursor_invalid"),
        ({"limit": "0"}, 422, "invalid_fields"),
        ({"color": "azul"}, 422, "invalid_fields"),
        ({"categoria": ""}, 422, "invalid_fields"),
    ],
)
def test_a_wrong_question_is_refused(spa: Spa, query: dict[str, str], status: int, code: str) -> None:
    answer = spa.client.get("/api/servicios", query=query)
    assert (answer.status, answer.code) == (status, code)


def test_a_cursor_of_one_category_does_not_open_another(spa: Spa) -> None:
    cursor = spa.client.get("/api/servicios", query={"categoria": "tinas", "limit": "1"}).json["next"]
    answer = spa.client.get("/api/servicios", query={"categoria": "masajes", "cursor": cursor})
    assert (answer.status, answer.code) == (400, "cursor_invalid")


def test_an_unknown_service_is_not_found_in_words(spa: Spa) -> None:
    answer = spa.client.get("/api/servicios/tina-imaginaria")
    assert (answer.status, answer.code) == (404, "service_not_found")
    assert answer.json["detail"] == "Ese servicio no existe o ya no se ofrece."


def test_categories_come_with_their_price_from_and_their_questions(spa: Spa) -> None:
    found = CategoriesView.model_validate(spa.client.get("/api/categorias").json)
    assert [(c.slug, c.services, c.price_from, c.price_unit) for c in found.items] == [
        ("tinas", 8, 25000, "guest"),
        ("masajes", 5, 40000, "guest"),
        ("cabanas", 5, 90000, "night"),
        ("programas", 4, 110000, "flat"),
        ("decoraciones", 4, 32000, "flat"),
        ("desayunos", 1, 20000, "unit"),
    ]
    assert found.items[0].faq[0].q == "¿Comparto la tina con otras personas?"
    assert all(len(c.seo.title) <= 60 and len(c.seo.description) <= 160 for c in found.items)
