"""What the site reads of the catalogue, over HTTP."""

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.catalog import stock
from chalicelib.catalog.offers import Pack
from chalicelib.catalog.offerviews import ProductsView
from chalicelib.catalog.publish import publish
from chalicelib.catalog.views import CategoriesView, ServicesView, ServiceView
from tests.support.meter import metered
from tests.support.spa import Spa, demo_catalogue, opened_spa


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
    assert spa.client.get("/api/packs").json["items"][1] == {
        "slug": "cabana-y-tina",
        "name": "Cabaña + Tina",
        "needs": [
            {"kind": "cabin", "at_least": 2, "counted": "guests", "detail": "una noche de cabaña para 2"},
            {"kind": "tub", "at_least": 2, "counted": "guests", "detail": "una tina para 2"},
        ],
        "discount": 45_000,
        "weekdays": [1, 2, 3, 4, 7],
        "dates": None,
        "same_day": True,
        "min_nights": 1,
        "detail": "Reserva una noche de cabaña para 2 y una tina para 2 el mismo día y ahorra $45.000. "
        "Vale los lunes, martes, miércoles, jueves y domingos.",
    }


def test_a_pack_of_whole_nights_in_a_season_explains_itself(spa: Spa) -> None:
    summer = Pack.model_validate({
        "slug": "verano", "name": {"es": "Verano", "en": "Summer"}, "discount": 20_000, "same_day": False,
        "needs": [{"kind": "cabin", "at_least": 3, "counted": "units"}], "min_nights": 3,
        "dates": {"first": "2026-12-15", "last": "2027-02-28"}})  # fmt: skip
    publish(demo_catalogue().model_copy(update={"packs": (summer,)}), by="test", note="", clock=spa.clock)
    (spanish,), (english,) = (
        spa.client.get("/api/packs", headers={"accept-language": lang}).json["items"] for lang in ("es", "en"))
    assert spanish["detail"] == (
        "Reserva 3 × noche de cabaña, aunque sea en días distintos, y ahorra $20.000. "
        "La estadía es de 3 noches o más. Vale desde el 15-12-2026 hasta el 28-02-2027.")
    assert english["detail"] == (
        "Book 3 × night in a cabin, even on different days, and save $20.000. "
        "The stay is 3 nights or longer. Valid from 2026-12-15 to 2027-02-28.")
    assert english["dates"] == {"first": "2026-12-15", "last": "2027-02-28"}


def take(wanted: dict[str, int]) -> None:
    tx = Transaction()
    stock.take(tx, wanted)
    tx.commit()


def test_products_say_what_is_left_now_and_where_they_are_sold(spa: Spa) -> None:
    spa.client.get("/api/productos")  # the container is warm
    with metered() as bill:
        answer = spa.client.get("/api/productos")
    assert (bill.counted(), answer.headers["cache-control"]) == ({"Query": 1}, "no-store")
    assert answer.json["items"][0] == {"slug": "chocolates", "name": "Chocolates artesanales", "price": 16_000,
                                       "category": "dulces", "sold": ["online", "desk", "order_page"], "available": 24}
    take({"chocolates": 24, "espumante": 29})
    found = ProductsView.model_validate(spa.client.get("/api/productos").json, strict=True)
    left = {one.slug: one.available for one in found.items}
    assert left == {"chocolates": 0, "toalla": 60, "jugo-natural": 40, "tabla-de-quesos": 15, "espumante": 1}
    assert found.next is None


def test_a_product_without_a_counter_or_with_less_than_nothing_is_not_available(spa: Spa) -> None:
    stock.Counter(sk="chocolates", left=-1).save()
    stock.Counter(sk="toalla", left=0).delete()
    left = {one["slug"]: one["available"] for one in spa.client.get("/api/productos").json["items"]}
    assert (left["chocolates"], left["toalla"]) == (0, 0)


def test_products_are_narrowed_down_by_where_they_are_sold_and_their_pages_join_up(spa: Spa) -> None:
    def slugs(**query: str) -> list[str]:
        page = spa.client.get("/api/productos", query=query).json
        more = slugs(**{**query, "cursor": page["next"]}) if page["next"] else []
        return [one["slug"] for one in page["items"]] + more

    assert slugs(donde="online") == slugs(donde="online", limit="1") == ["chocolates", "tabla-de-quesos", "espumante"]
    assert slugs(donde="desk") == slugs(donde="order_page", limit="2") == slugs()
    assert len(slugs()) == 5


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"donde": "kiosco"}, 422, "invalid_fields"),
        ({"donde": ""}, 422, "invalid_fields"),
        ({"limit": "51"}, 422, "invalid_fields"),
        ({"limit": "dos"}, 422, "invalid_fields"),
        ({"cursor": "made-up"}, 400, "cursor_invalid"),
        ({"color": "azul"}, 422, "invalid_fields"),
    ],
)
def test_a_wrong_question_about_products_is_refused(spa: Spa, query: dict[str, str], status: int, code: str) -> None:
    answer = spa.client.get("/api/productos", query=query)
    assert (answer.status, answer.code) == (status, code)


def test_a_cursor_opens_only_the_list_that_gave_it(spa: Spa) -> None:
    of_services = spa.client.get("/api/servicios", query={"limit": "1"}).json["next"]
    of_online = spa.client.get("/api/productos", query={"donde": "online", "limit": "1"}).json["next"]
    for cursor in (of_services, of_online):
        answer = spa.client.get("/api/productos", query={"cursor": cursor})
        assert (answer.status, answer.code) == (400, "cursor_invalid")


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
