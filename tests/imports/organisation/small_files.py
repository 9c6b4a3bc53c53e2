"""Small tables of an organisation with the faults that real ones have, all invented; and what came of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

from udbytte.imports.report import Report
from udbytte.models import Employment, Person

Load = Callable[..., Report]
HEADER = "Navn;E-mail;Enhed;Stilling;Leders e-mail;Ansat fra;Ansat til"
BODIL = "Bodil Rask;bodil@engby.test;Engby > Skoler;Chef;;01-01-2020;"
AAGE = "Aage Bang;aage@engby.test;Engby > Skoler > Nordskolen;Lærer;bodil@engby.test;15-08-2021;"
DORTE = "Dorte Lund;dorte@engby.test;Engby > Skoler > Nordskolen;Pædagog;bodil@engby.test;01-03-2022;"
ERIK = "Erik Holm;erik@engby.test;Engby > Teknik;Ingeniør;;01-05-2019;"
WHOLE = (BODIL, AAGE, DORTE, ERIK)


def lines(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> tuple[str, bytes]:
    return "liste.csv", "\r\n".join((header, *rows, "")).encode(encoding)


def changed(**changes: tuple[str, str]) -> tuple[str, bytes]:
    """The whole list with a text exchanged in the row of a person, by given name."""
    rows = []
    for row in WHOLE:
        old, new = changes.get(row.split(" ")[0].lower(), ("", ""))
        rows.append(row.replace(old, new) if old else row)
    return lines(*rows)


def workbook(*sheets: tuple[str, bool, Sequence[str]]) -> tuple[str, bytes]:
    """A workbook: the name of each sheet, whether it is hidden, and its rows with ; between the cells."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, is_hidden, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row.split(";")):
                    sheet.write_string(number, place, cell)
            if is_hidden:
                sheet.hide()
        if sheets[0][1]:
            book.get_worksheet_by_name(sheets[1][0]).activate()
            book.get_worksheet_by_name(sheets[1][0]).set_first_sheet()
    return "liste.xlsx", stream.getvalue()


CODES = ("kode;tekst", "A;Ansat", "B;Barselsvikar")
EVERYBODY = (HEADER, *WHOLE)


def people() -> list[tuple[str, str, str | None]]:
    return list(Person.objects.order_by("given_name").values_list("given_name", "family_name", "email"))


def places(problems: list[Any]) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.person, problem.column) for problem in problems]


def is_whole(report: Report) -> bool:
    """Whether the file was read without a problem, and all four people work where they should."""
    works = Employment.objects.order_by("starts_on").values_list("person__given_name", "unit__name", "title")
    return report.problems == [] and list(works) == [
        ("Erik", "Teknik", "Ingeniør"),
        ("Bodil", "Skoler", "Chef"),
        ("Aage", "Nordskolen", "Lærer"),
        ("Dorte", "Nordskolen", "Pædagog"),
    ]
