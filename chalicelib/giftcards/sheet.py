"""The liability as a sheet: a row for each month, and one in which all of it ties."""

import csv
import io
from collections.abc import Iterator

from ..core.texts import Lang, sentence
from .liability import Sums

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOM = "\ufeff"  # by it a spreadsheet knows that the text is UTF-8
_MONEY = ("issued", "redeemed", "refunded", "expired", "adjusted")
_COLUMNS = ("month", "cards", *_MONEY, "outstanding", "held")

Rows = list[tuple[str, Sums]]


def csv_sheet(rows: Rows, lang: Lang, *, held: bool) -> str:
    """Return the months and their sum as CSV (`;`, UTF-8 with its mark); `held` is left empty where it is not known."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n")
    write.writerow(_titles(lang))
    for row in _rows(rows, lang):
        write.writerow([*row[:-1], row[-1] if held else ""])
    return _BOM + out.getvalue()


def xlsx_sheet(rows: Rows, lang: Lang, *, held: bool) -> bytes:
    """Return the same as a workbook, in which what is outstanding and the last row are formulas to be checked."""
    from xlsxwriter import Workbook  # only this function's package has it

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(sentence("liability.title", lang))
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
        total = book.add_format({"bold": True, "num_format": "#,##0", "top": 1})
        sheet.write_row(0, 0, _titles(lang), bold)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(_COLUMNS) - 1, 14)
        for number, row in enumerate(_rows(rows, lang), start=1):
            last = number == len(rows) + 1
            style = total if last else money
            sheet.write_string(number, 0, str(row[0]), bold if last else None)
            for column, value in enumerate(row[1:], start=1):
                name = _COLUMNS[column]
                if name == "held" and not held:
                    continue
                if name == "outstanding":
                    sheet.write_formula(number, column, f"=SUM(C{number + 1}:G{number + 1})", style, value)
                elif last:
                    letter = chr(ord("A") + column)
                    sheet.write_formula(number, column, f"=SUM({letter}2:{letter}{number})", style, value)
                else:
                    sheet.write_number(number, column, int(value), style)
    return out.getvalue()


def _titles(lang: Lang) -> list[str]:
    return [sentence(f"liability.column.{name}", lang) for name in _COLUMNS]


def _rows(rows: Rows, lang: Lang) -> Iterator[tuple[str | int, ...]]:
    whole = sum((sums for _, sums in rows), Sums())
    for name, sums in (*rows, (sentence("liability.total", lang), whole)):
        yield (name, *(getattr(sums, column) for column in _COLUMNS[1:]))
