"""Recognises the format of a file of courses by its content, and reads it or masks its CPR numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.readers.mask_cpr import mask_json, mask_lines, mask_sheets
from udbytte.imports.readers.other_files import refuse_other_files
from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import SHEETS, as_stream, is_zip, open_zip, sheets_of

from . import json_ld, table, xcri
from .rows import Catalogue
from .values import stable_mask

TABLE, WORKBOOK, PAGE, JSON, XML = "table", "workbook", "page", "json", "xml"


def format_of(file: str, stream: BinaryIO) -> str:
    """The format of a file. Leaves the stream at its start.

    Raises Unreadable when the file is empty, or of a kind that cannot be read.
    """
    stream.seek(0)
    start = stream.read(2000)
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not plain:
        raise Unreadable(file, _("The file is empty."))
    refuse_other_files(file, stream, pages=True)
    if is_zip(start):
        _require_workbook(file, stream)
        return WORKBOOK
    if plain.startswith(b"<"):
        low = plain.lower()
        return PAGE if b"<html" in low or b"<!doctype html" in low or b"<head" in low else XML
    return JSON if plain[:1] in (b"{", b"[") else TABLE


def _require_workbook(file: str, stream: BinaryIO) -> None:
    with open_zip(file, stream) as archive:
        names = archive.namelist()
    stream.seek(0)
    if "xl/workbook.xml" not in names and SHEETS not in names:
        raise Unreadable(file, _("This zip file is no workbook. Unpack it, and choose the file that is in it."))


def read(file: str, stream: BinaryIO, mapping: Mapping[str, str] | None = None, sheet: str = "") -> Catalogue:
    """Read CSV, XLSX, JSON-LD (also in a page) or XCRI-CAP XML, one course at a time.

    Raises Unreadable, also while the rows are read.
    """
    file_format = format_of(file, stream)
    if file_format in (TABLE, WORKBOOK):
        return table.read(file, stream, mapping, sheet)
    if file_format == XML:
        return xcri.read(file, stream)
    return json_ld.read(file, stream, page=file_format == PAGE)


def mask_cpr(file: str, source: bytes | BinaryIO, out: BinaryIO) -> None:
    """Write the same courses without CPR numbers: workbooks as CSV, pages as the JSON in them. Raises Unreadable.

    What courses are about is public. The same number always gets the same mask, because runs are found by their ids.
    """
    stream = as_stream(source)
    file_format = format_of(file, stream)
    if file_format == WORKBOOK:
        sheets = sheets_of(file, stream, table.cell_texts, table.COLUMNS)
        mask_sheets(sheets, lambda: lambda cells: [stable_mask(cell) for cell in cells], out)
    elif file_format in (JSON, PAGE):
        parts = json_ld.parsed(file, stream, page=file_format == PAGE)
        out.write(mask_json(parts, stable_mask))
    else:
        mask_lines(file, stream, stable_mask, out)
