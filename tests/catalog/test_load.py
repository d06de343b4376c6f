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
