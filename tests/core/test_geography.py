"""Chile's regions and comunas, PROVIDERS.md §E.5."""

from chalicelib.core.geography import comunas_by_region, valid_comuna


def test_chile_has_sixteen_regions() -> None:
    assert sorted(comunas_by_region()) == list(range(1, 17))


def test_chile_has_346_comunas_and_none_lies_in_two_regions() -> None:
    names = [comuna for comunas in comunas_by_region().values() for comuna in comunas]
    assert (len(names), len(set(names))) == (346, 346)


def test_a_comuna_counts_only_in_its_own_region() -> None:
    assert valid_comuna(10, "Puerto Varas")
    assert not valid_comuna(13, "Puerto Varas")
    assert not valid_comuna(17, "Puerto Varas")
    assert not valid_comuna(10, "puerto varas")


def test_names_keep_their_accents() -> None:
    assert valid_comuna(16, "Chillán")
    assert valid_comuna(5, "Valparaíso")
