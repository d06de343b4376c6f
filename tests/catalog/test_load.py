"""Every mistake in a catalogue file is told at once, each with its line."""

import pytest

from chalicelib.catalog.load import CatalogueInvalid, load, parse
from infra.paths import ROOT

SMALL = """\
policies:
  - {slug: un-dia, version: "2026-11", cancel_hours: 24, text: {es: Hasta un día antes., en: Up to a day before.}}
schedules:
  - slug: tinas
    closed: [tue]
    starts: ["12:00", "14:30"]
pools:
  - {slug: tinas, kind: tub, name: {es: Tinas, en: Tubs}}
resources:
  - {slug: hornopiren, pool: tinas, name: Hornopirén, capacity: 3}
categories:
  - slug: tinas
    kind: tub
    name: {es: Tinas, en: Tubs}
    summary: {es: Agua caliente., en: Hot water.}
    seo: {title: {es: Tinas, en: Tubs}, description: {es: Tinas., en: Tubs.}}
x-tub: &tub
  category: tinas
  kind: tub
  minutes: 120
  after_minutes: 30
  booking: online
  policy: un-dia
  art: tub
services:
  - <<: *tub
    slug: tina-hornopiren
    name: {es: Tina, en: Tub}
    summary: {es: Una tina., en: A tub.}
    description: {es: Una tina., en: A tub.}
    usual_guests: 2
    max_guests: 3
    price: {amount: 25000, unit: guest}
    schedule: tinas
    needs: [{resource: hornopiren}]
"""


def mistakes(old: str, new: str) -> list[str]:
    assert old in SMALL
    with pytest.raises(CatalogueInvalid) as caught:
        parse(SMALL.replace(old, new), "catalogue.yaml")
    return caught.value.lines


def test_a_good_file_is_read() -> None:
    service = parse(SMALL, "catalogue.yaml").service("tina-hornopiren")
    assert (service.minutes, service.price.amount, service.policy) == (120, 25000, "un-dia")


def test_the_demo_file_is_good() -> None:
    assert len(load(ROOT / "infra/demo/catalogue.yaml").services) == 27


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    price: {amount: 25000, unit: guest}\n", "", "26: services[0].price: is missing"),
        ("25000", "-5", "33: services[0].price.amount: Input should be greater than or equal to 0"),
        ("unit: guest}", "unit: guest, discount: 5}", "33: services[0].price.discount: is not a field here"),
        ("schedule: tinas", "schedule: tinaz", "34: services[0].schedule: unknown schedule 'tinaz'"),
        ("[{resource: hornopiren}]", "[{resource: x}]", "35: services[0].needs[0].resource: unknown resource 'x'"),
        ("[{resource: hornopiren}]", "[{pool: x}]", "35: services[0].needs[0].pool: unknown pool 'x'"),
        (
            "[{resource: hornopiren}]",
            "[{pool: tinas, skill: nadar}]",
            "35: services[0].needs[0].skill: nobody has the skill 'nadar'",
        ),
        (
            "[{resource: hornopiren}]",
            "[{resource: hornopiren, pool: tinas}]",
            "35: services[0].needs[0]: a need names either a resource or a pool",
        ),
        ("category: tinas", "category: pozas", "18: services[0].category: unknown category 'pozas'"),
        ("policy: un-dia", "policy: ayer", "23: services[0].policy: unknown policy 'ayer'"),
        ("pool: tinas, name", "pool: pozas, name", "10: resources[0].pool: unknown pool 'pozas'"),
        (
            "capacity: 3",
            "capacity: 2",
            "35: services[0].needs[0].resource: 'hornopiren' holds 2, not 3",
        ),
        (
            '"12:00", "14:30"',
            '"12:00", "14:00"',
            "34: services[0].schedule: tina-hornopiren: 12:00 and its turn-around run into 14:00",
        ),
        (
            '"12:00", "14:30"',
            '"12:00", "03:00"',
            "34: services[0].schedule: tina-hornopiren: 03:00 with its buffers leaves the spa's day (06:00 to 06:00)",
        ),
        (
            "closed: [tue]",
            "closed: [martes]",
            "5: schedules[0].closed[0]: Input should be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'",
        ),
        ("minutes: 120", "minutes: 120\n  minutes: 90", "21: x-tub.minutes: is given twice"),
        (
            "usual_guests: 2",
            "usual_guests: 4",
            "26: services[0]: guests must satisfy min_guests <= usual_guests <= max_guests",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert mistakes(old, new) == [f"catalogue.yaml:{told}"]


def test_a_slug_used_twice_is_told_at_the_second_place() -> None:
    row = "  - {slug: hornopiren, pool: tinas, name: Hornopirén, capacity: 3}\n"
    assert mistakes(row, row * 2) == ["catalogue.yaml:11: resources[1].slug: duplicate slug 'hornopiren'"]


def test_all_mistakes_are_told_in_the_order_of_the_file() -> None:
    text = SMALL.replace("cancel_hours: 24", "cancel_hours: pronto").replace("amount: 25000", "amount: gratis")
    with pytest.raises(CatalogueInvalid) as caught:
        parse(text, "catalogue.yaml")
    assert [line.split(": ")[:2] for line in caught.value.lines] == [
        ["catalogue.yaml:2", "policies[0].cancel_hours"],
        ["catalogue.yaml:33", "services[0].price.amount"],
    ]


def test_what_is_not_yaml_is_told_with_its_line() -> None:
    assert mistakes("unit: guest}", "unit: guest")[0].startswith("catalogue.yaml:34: ")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(CatalogueInvalid) as caught:
        parse("", "catalogue.yaml")
    assert caught.value.lines == ["catalogue.yaml:1: the file must be a mapping of lists"]

PACK = """\
packs:
  - slug: dos-tinas
    name: {es: Dos, en: Two}
    needs: [{kind: tub, at_least: 2, counted: guests}]
    discount: 50000
"""
AT = f"catalogue.yaml:{len((SMALL + PACK).splitlines())}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("50000", "50001", f"{AT}: packs[0].discount: must be between 1 and 50000"),
        ("50000", "0", f"{AT}: packs[0].discount: must be between 1 and 50000"),
        ("counted: guests}]", "counted: units}]\n    min_nights: 2", "only a pack with a cabin has nights"),
        ("guests}]", "guests}, {kind: tub, at_least: 1, counted: guests}]", "a pack names each kind once"),
    ],
)
def test_a_pack_that_could_cost_more_than_its_lines_is_not_published(old: str, new: str, said: str) -> None:
    assert parse(SMALL + PACK, "catalogue.yaml").packs[0].discount == 50000
    with pytest.raises(CatalogueInvalid) as caught:
        parse(SMALL + PACK.replace(old, new), "catalogue.yaml")
    assert any(said in line for line in caught.value.lines)


OFFERS = """\
  - slug: petalos
    category: adornos
    kind: decoration
    name: {es: Pétalos, en: Petals}
    summary: {es: Pétalos., en: Petals.}
    description: {es: Pétalos., en: Petals.}
    minutes: 30
    booking: online
    addon_to: tub
    policy: un-dia
    art: petals
    usual_guests: 2
    max_guests: 3
    price: {amount: 9000, unit: flat}
  - slug: pausa
    category: programas
    kind: programme
    name: {es: Pausa, en: Pausa}
    summary: {es: Dos tinas., en: Two tubs.}
    description: {es: Dos tinas., en: Two tubs.}
    minutes: 120
    booking: online
    policy: un-dia
    art: tub
    usual_guests: 2
    max_guests: 2
    price: {amount: 40000, unit: flat}
programmes:
  - service: pausa
    parts: [{any_of: [tina-hornopiren], guests: 2}]
products:
  - slug: jugo
    name: {es: Jugo, en: Juice}
    price: 4000
    stock: 3
    category: cocina
    sold: [online]
transfer:
  bank: Banco
  account_type: {es: Corriente, en: Current}
  account: "1"
  holder: Aremko
  rut: 76.086.428-5
  email: pagos@example.com
"""
SHELVES = """\
  - slug: adornos
    kind: decoration
    name: {es: Adornos, en: Decorations}
    summary: {es: Adornos., en: Decorations.}
    seo: {title: {es: Adornos, en: Decor}, description: {es: Adornos., en: Decor.}}
  - slug: programas
    kind: programme
    name: {es: Programas, en: Programmes}
    summary: {es: Programas., en: Programmes.}
    seo: {title: {es: Programas, en: Programmes}, description: {es: Programas., en: Programmes.}}
x-tub:"""
WHOLE = SMALL.replace("x-tub:", SHELVES) + OFFERS


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("price: 4000", "price: 0", ["products[0].price: must be more than 0"]),
        ("sold: [online]", "sold: []", ["products[0].sold: needs one place or more where it is sold, each once"]),
        (
            "sold: [online]",
            "sold: [desk, desk]",
            ["products[0].sold: needs one place or more where it is sold, each once"],
        ),
        ("sold: [online]", "sold: [kiosco]", ["products[0].sold[0]: Input should be 'online', 'desk' or 'order_page'"]),
        ("stock: 3", "stock: 3\n    deposit_percent: 50", ["products[0].deposit_percent: is not a field here"]),
        ("stock: 3", "stock: -1", ["products[0].stock: Input should be greater than or equal to 0"]),
        ("76.086.428-5", "76.086.428-6", ["transfer.rut: '76.086.428-6' is not a RUT"]),
        (
            "[{any_of: [tina-hornopiren], guests: 2}]",
            "[]",
            ["programmes[0].parts: a programme has parts"],
        ),
        ("any_of: [tina-hornopiren]", "any_of: []", ["programmes[0].parts[0].any_of: names no service"]),
        ("any_of: [tina-hornopiren]", "any_of: [x]", ["programmes[0].parts[0].any_of: unknown service 'x'"]),
        (
            "any_of: [tina-hornopiren]",
            "any_of: [pausa]",
            ["programmes[0].parts[0].any_of: 'pausa' is itself a programme"],
        ),
        (
            "[tina-hornopiren], guests: 2",
            "[tina-hornopiren], guests: 4",
            ["programmes[0].parts[0].any_of: 'tina-hornopiren' is for 1 to 3, not 4"],
        ),
        (
            "  booking: online\n  policy",
            "  booking: ask\n  policy",
            [
                "services[1].addon_to: no tub is booked online for it to go with",
                "programmes[0].parts[0].any_of: 'tina-hornopiren' is not booked online",
            ],
        ),
        (
            "programmes:\n",
            "programmes:\n  - {service: pausa, parts: [{any_of: [tina-hornopiren], guests: 1}]}\n",
            ["programmes[1].service: 'pausa' already has its parts"],
        ),
        (
            "addon_to: tub",
            "addon_to: cabin",
            ["services[1].addon_to: no cabin is booked online for it to go with"],
        ),
        (
            "addon_to: tub",
            "addon_to: tub\n    needs: [{pool: tinas}]",
            ["services[1].needs: an add-on occupies nothing of its own"],
        ),
        (
            "addon_to: tub",
            "addon_to: tub\n    schedule: tinas",
            ["services[1].schedule: an add-on begins with its host, and has no schedule"],
        ),
        (
            "schedule: tinas\n",
            "schedule: tinas\n    before_end_minutes: 30\n",
            ["services[0].before_end_minutes: only what is added to something (addon_to) has it"],
        ),
    ],
)
def test_an_offer_that_cannot_be_kept_is_not_published(old: str, new: str, said: list[str]) -> None:
    assert len(parse(WHOLE, "catalogue.yaml").services) == 3
    assert WHOLE.count(old) == 1
    with pytest.raises(CatalogueInvalid) as caught:
        parse(WHOLE.replace(old, new), "catalogue.yaml")
    told = [line.split(": ", 1)[1] for line in caught.value.lines]
    assert sorted(told) == sorted(said)


def packs_of(*days: str) -> str:
    return PACK.splitlines()[0] + "\n" + "".join(
        f"  - {{slug: p{n}, name: {{es: Dos, en: Two}}, needs: [{{kind: tub, at_least: 2, counted: guests}}], "
        f"discount: 50000, {day}}}\n" for n, day in enumerate(days))  # fmt: skip


def test_more_packs_than_can_be_searched_quickly_do_not_compete_for_one_kind_on_one_day() -> None:
    weekend, week = "weekdays: [sat, sun]", "weekdays: [mon, wed]"
    later = "dates: {first: 2027-01-01, last: 2027-01-31}"
    sooner = "dates: {first: 2026-12-01, last: 2026-12-31}"
    assert len(parse(SMALL + packs_of(*[weekend, week] * 4), "catalogue.yaml").packs) == 8
    assert len(parse(SMALL + packs_of(*[sooner, later] * 4), "catalogue.yaml").packs) == 8
    with pytest.raises(CatalogueInvalid) as caught:
        parse(SMALL + packs_of(weekend, week, *["weekdays: [sun, mon]"] * 3, later), "catalogue.yaml")
    assert [line.split(": ", 1)[1] for line in caught.value.lines] == [
        "packs[4]: shares a kind and a day with more than 3 others",
        "packs[5]: shares a kind and a day with more than 3 others",
    ]
