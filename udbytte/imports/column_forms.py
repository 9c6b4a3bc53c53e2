"""The columns of a table on the page: which there can be, an example file, and the form that says which is which."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.web.base.components import Table, TableRow

from .courses import table as course_table
from .labels import COURSES, ImportKind
from .organisation import table as organisation_table
from .readers.columns import LEFT_OUT, LEVEL, Columns

LEVELS = 4  # columns that the path of a unit can have
NAMES_SHOWN = 3


def columns_of(import_kind: ImportKind) -> Columns:
    return course_table.COLUMNS if import_kind is COURSES else organisation_table.COLUMNS


def columns_table(import_kind: ImportKind) -> Table:
    """Each field, the names by which its column is recognised, and whether it is needed."""
    columns = columns_of(import_kind)
    needed = {name: group for group in columns.required for name in group}

    def need(field: str) -> str:
        if field not in needed:
            return ""
        others = [str(import_kind.columns[name]) for name in needed[field] if name != field]
        return _("needed, or: %(others)s") % {"others": ", ".join(others)} if others else _("needed")

    def names(field: str) -> str:
        listed = [name.strip() for name in columns.names[field].split(",")]
        return ", ".join(listed[:NAMES_SHOWN])

    rows = [TableRow(str(label), [names(field), need(field)]) for field, label in import_kind.columns.items()]
    heads = [_("What it holds"), _("For example called"), _("Needed")]
    return Table(columns=heads, rows=rows, label=_("Columns of the table"), css="cards")


def columns_intro(import_kind: ImportKind) -> str:
    """What the table must be like, in one sentence."""
    if import_kind is COURSES:
        return _("One row for each course date, or for each course without dates. The order of the columns is free.")
    return _("One row for each employment: who, where, and who leads. The order of the columns is free.")


def example_file(import_kind: ImportKind) -> bytes:
    """A workbook with the usual columns and a few invented rows."""
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    if import_kind is COURSES:
        header, rows = course_table.EXAMPLE_HEADER, course_table.EXAMPLE_ROWS
    else:
        header, rows = organisation_table.EXAMPLE_HEADER, organisation_table.EXAMPLE_ROWS
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate((header, *rows)):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell)
        sheet.set_column(0, len(header) - 1, 22)
    return stream.getvalue()


class ColumnsForm(forms.Form):
    """Which sheet is read, and which column holds each field. It begins with what was recognised."""

    def __init__(self, import_kind: ImportKind, report: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = columns_of(import_kind)
        recognised: Mapping[str, str] = report.get("recognised", {})
        names: list[str] = report["columns"]
        if report.get("sheets"):
            self._add("sheet", lazy("Sheet"), [(name, name) for name in report["sheets"]], report.get("sheet", ""))
        if not names:
            return
        choices = [("", _("Recognise it")), (LEFT_OUT, _("Leave it out")), *((name, name) for name in names)]
        for field, label in import_kind.columns.items():
            parts = [part.strip() for part in recognised.get(field, "").split(LEVEL)]
            whole = recognised.get(field, "")
            parts = [whole] if whole in names else parts
            self._add(field, label, choices, parts[0])
            for level in range(1, LEVELS) if field == columns.several else ():
                below = [("", _("None")), *((name, name) for name in names)]
                self._add(
                    level_name(field, level), import_kind.level, below, parts[level] if level < len(parts) else ""
                )

    def _add(self, name: str, label: Any, choices: list[tuple[str, str]], initial: str) -> None:
        select = forms.Select(attrs={"class": "ds-input"})
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, required=False, initial=initial, widget=select
        )


def level_name(field: str, level: int) -> str:
    """The name of the form field for a further column of a field."""
    return f"{field}_level_{level}"


def mapping_from(import_kind: ImportKind, posted: Mapping[str, str]) -> dict[str, str]:
    """The mapping (field to column) that was chosen in the form."""
    several = columns_of(import_kind).several
    mapping = {}
    for field in import_kind.columns:
        names = [posted.get(field, "")]
        if field == several and names[0] not in ("", LEFT_OUT):
            names += [posted.get(level_name(field, level), "") for level in range(1, LEVELS)]
        chosen = f" {LEVEL} ".join(name for name in names if name)
        if chosen:
            mapping[field] = chosen
    return mapping
