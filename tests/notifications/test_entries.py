"""The lines of an order as its mails list them."""

from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.notifications.entries import Entry, entries
from tests.notifications.builders import (
    DAY,
    a_breakfast,
    a_decoration,
    a_discount,
    a_massage,
    a_product,
    a_programme,
    a_tub,
    everything,
    hour,
    nights,
)


def _sum(found: list[Entry]) -> int:
    return sum((entry.total or 0) + _sum(list(entry.under)) for entry in found)


def test_the_nights_of_a_stay_are_one_entry() -> None:
    assert entries(nights(3), "es") == [Entry(
        "Cabaña Torre", ("Llegada: miércoles 2 de diciembre de 2026, 16:00",
                         "Salida: sábado 5 de diciembre de 2026, 11:00", "3 noches · 2 personas"), 270_000)]
    (one,) = entries(nights(1), "en")
    assert one.about == ("Arrival: Wednesday, 2 December 2026, 16:00", "Departure: Thursday, 3 December 2026, 11:00",
                         "1 night · 2 guests")


def test_a_night_given_up_in_the_middle_parts_a_stay_in_two() -> None:
    first, _, third = nights(3)
    assert [(entry.about[2], entry.total) for entry in entries([third, first], "es")] == [
        ("1 noche · 2 personas", 90_000)] * 2


def test_two_stays_side_by_side_stay_apart() -> None:
    both = [*nights(2), *(line.model_copy(update={"id": f"{line.id}b", "stay": "sty_2"}) for line in nights(2))]
    assert [entry.total for entry in entries(both, "es")] == [180_000, 180_000]


def test_what_goes_with_a_booking_stands_under_it() -> None:
    tub, other = a_tub(), a_tub("lin_z", hour(DAY, time(20)))
    first, second = entries([a_decoration("lin_e", other), tub, other], "es")
    assert first.under == ()
    assert second.under == (Entry("Decoración romántica", (), 25_000),)


def test_the_breakfasts_of_a_stay_are_one_entry_with_their_days() -> None:
    stay = nights(2)
    (entry,) = entries([*stay, *(a_breakfast(f"lin_{n}", night) for n, night in enumerate(stay))], "es")
    assert entry.total == 180_000
    assert entry.under == (Entry("Desayuno", ("jueves 3 de diciembre de 2026, 09:00 · 2 personas",
                                              "viernes 4 de diciembre de 2026, 09:00 · 2 personas"), 40_000),)


def test_a_programme_lists_its_parts_with_their_hours_and_one_price() -> None:
    (entry,) = entries([a_programme()], "es")
    assert entry == Entry("Ritual del río", ("miércoles 2 de diciembre de 2026", "2 personas"), 120_000, (
        Entry("Masaje", ("15:00 a 15:50",)), Entry("Tina Calbuco", ("16:30 a 18:30",)), Entry("Tabla para dos", ())))
    assert [part.price for part in entry.under] == ["", "", ""]


def test_a_part_of_another_day_names_its_day() -> None:
    programme = a_programme()
    parts = [*programme.parts[:2], programme.parts[2].model_copy(
        update={"start": hour(date(2026, 12, 3), time(9)), "end": hour(date(2026, 12, 3), time(11))})]
    parts[1] = parts[1].model_copy(update={"start": parts[1].start + timedelta(days=1),
                                           "end": parts[1].end + timedelta(days=1)})
    (entry,) = entries([programme.model_copy(update={"parts": tuple(parts)})], "es")
    assert [part.about for part in entry.under] == [
        ("15:00 a 15:50",), ("jueves 3 de diciembre de 2026, 16:30 a 18:30",),
        ("jueves 3 de diciembre de 2026, 09:00",)]


def test_products_and_discounts_come_last_and_have_no_hour() -> None:
    found = entries([a_discount("lin_a", "lin_b"), a_product(), a_massage("lin_b", hour(DAY, time(20))), a_tub()], "es")
    assert [entry.name for entry in found] == ["Tina Hornopirén", "Masaje de relajación", "Jugo natural",
                                               "Pack tina y masaje"]
    assert (found[2].about, found[2].price) == (("3 × $4.500",), "$13.500")
    assert (found[3].about, found[3].price) == (
        ("Por reservar juntos: Tina Hornopirén + Masaje de relajación.",), "-$35.000")


def test_an_addon_whose_host_is_gone_is_still_told() -> None:
    assert [(entry.name, entry.total) for entry in entries([a_decoration("lin_e", a_tub())], "es")] == [
        ("Decoración romántica", 25_000)]


@given(st.permutations(everything()), st.integers(0, 11))
def test_the_entries_add_up_to_the_total_whatever_the_lines(lines: list[object], without: int) -> None:
    kept = lines[without:]  # hosts may be missing, stays may have gaps
    assert _sum(entries(kept, "es")) == sum(line.total for line in kept)  # type: ignore[attr-defined, arg-type]
