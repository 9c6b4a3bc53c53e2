"""Recognises by content which of the shapes a file of courses has, and reads it a course at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import is_zip

from . import json_ld as course_json
from . import table as course_table
from . import xcri as course_xcri
from .rows import Catalogue

TABLE, WORKBOOK, PAGE, JSON, XML = "table", "workbook", "page", "json", "xml"


def shape_of(file: str, stream: BinaryIO) -> str:
    """Which shape it has. Leaves the stream at its start. Raises Unreadable when there is nothing in it."""
    stream.seek(0)
    begins = stream.read(2000)
    stream.seek(0)
    plain = begins.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not plain:
        raise Unreadable(file, _("The file is empty."))
    if is_zip(begins):
        return WORKBOOK
    if plain.startswith(b"<"):
        low = plain.lower()
        return PAGE if b"<html" in low or b"<!doctype html" in low or b"<head" in low else XML
    return JSON if plain[:1] in (b"{", b"[") else TABLE


def read(file: str, stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Catalogue:
    """Read CSV, XLSX, JSON-LD (also in a page) or XCRI-CAP XML. Raises Unreadable, also while rows are read."""
    shape = shape_of(file, stream)
    if shape in (TABLE, WORKBOOK):
        return course_table.read(file, stream, mapping, zipped=shape == WORKBOOK)
    if shape == XML:
        return course_xcri.read(file, stream)
    return course_json.read(file, stream, page=shape == PAGE)
