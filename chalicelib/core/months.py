"""Dates in words, without a weekday."""

from datetime import date

from .texts import Lang

MONTHS: dict[Lang, tuple[str, ...]] = {
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}


def in_words(day: date, lang: Lang) -> str:
    """Return a date as it is read.

    >>> in_words(date(2027, 12, 4), "es"), in_words(date(2027, 12, 4), "en")
    ('4 de diciembre de 2027', '4 December 2027')
    """
    month = MONTHS[lang][day.month - 1]
    return f"{day.day} de {month} de {day.year}" if lang == "es" else f"{day.day} {month} {day.year}"
