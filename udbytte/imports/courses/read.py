"""Recognises the format of a file of courses by its content, and reads it or masks its CPR numbers."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.readers.mask_cpr import mask_json, mask_lines, mask_table
from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import is_zip, table_rows

from . import json_ld, table, xcri
from .rows import Catalogue
from .values import stable_mask

TABLE, WORKBOOK, PAGE, JSON, XML = "table", "workbook", "page", "json", "xml"


def format_of(file: str, stream: BinaryIO) -> str:
    """The format of a file. Leaves the stream at its start. Raises Unreadable when the file is empty."""
    stream.seek(0)
    start = stream.read(2000)
    stream.seek(0)
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not plain:
        raise Unreadable(file, _("The file is empty."))
    if is_zip(start):
        return WORKBOOK
    if plain.startswith(b"<"):
        low = plain.lower()
        return PAGE if b"<html" in low or b"<!doctype html" in low or b"<head" in low else XML
    return JSON if plain[:1] in (b"{", b"[") else TABLE


def read(file: str, stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Catalogue:
    """Read CSV, XLSX, JSON-LD (also in a page) or XCRI-CAP XML, one course at a time.

    Raises Unreadable, also while the rows are read.
    """
    file_format = format_of(file, stream)
    if file_format in (TABLE, WORKBOOK):
        return table.read(file, stream, mapping)
    if file_format == XML:
        return xcri.read(file, stream)
    return json_ld.read(file, stream, page=file_format == PAGE)


def mask_cpr(file: str, data: bytes) -> bytes:
    """The same courses without CPR numbers: workbooks become CSV, pages the JSON that is in them. Raises Unreadable.

    What courses are about is public. The same number always gets the same mask, because runs are found by their ids.
    """
    stream = io.BytesIO(data)
    file_format = format_of(file, stream)
    if file_format == WORKBOOK:
        rows = table_rows(file, stream, table.cell_text)
        return mask_table(rows, lambda cells: [stable_mask(cell) for cell in cells])
    if file_format in (JSON, PAGE):
        return mask_json(json_ld.parsed(file, stream, page=file_format == PAGE), stable_mask)
    return mask_lines(file, stream, stable_mask)
