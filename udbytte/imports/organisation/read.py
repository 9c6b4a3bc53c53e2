"""Recognises the format of an organisation's file by its content, and reads it or masks its CPR numbers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from udbytte.imports.readers.mask_cpr import mask_table, mask_xml, pack_zip
from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import MAX_BYTES, Row, csv_rows, is_zip, open_zip, read_member, xlsx_rows
from udbytte.imports.readers.values import mask, mask_in_text

from . import csv_folder, emus, table
from .rows import Organisation


def read_path(path: Path, mapping: Mapping[str, str] | None = None) -> Organisation:
    """Read a file or folder. Raises Unreadable, also when it does not exist."""
    if path.is_dir():
        files = {name: path / name for name in csv_folder.FILES}
        return csv_folder.read({name: file.read_bytes() for name, file in files.items() if file.is_file()})
    if not path.is_file():
        raise Unreadable(path.name, _("There is no such file or folder."))
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(path.name, _("The file is larger than 200 MB."))
    return read(path.name, path.read_bytes(), mapping)


def csv_files(file: str, data: bytes) -> dict[str, bytes] | None:
    """The four files of a zip, also from a folder inside it; None when the zip is a workbook."""
    with open_zip(file, data) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            return None
        path_of = {name.rsplit("/", 1)[-1].casefold(): name for name in names if not name.startswith("__MACOSX")}
        return {name: read_member(file, archive, path_of[name]) for name in csv_folder.FILES if name in path_of}


def is_xml(data: bytes) -> bool:
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read(file: str, data: bytes, mapping: Mapping[str, str] | None = None) -> Organisation:
    """Read an uploaded file: a zip of four CSV files, EMUS XML, or a table as CSV or XLSX. Raises Unreadable."""
    if not data.strip():
        raise Unreadable(file, _("The file is empty."))
    if is_zip(data):
        files = csv_files(file, data)
        if files is not None:
            return csv_folder.read(files)
    elif is_xml(data):
        return emus.read(file, data)
    return table.read(file, data, mapping)


def mask_cpr(file: str, data: bytes) -> bytes:
    """The same rows without CPR numbers: tables as CSV, four files as a zip, EMUS as XML. Raises Unreadable.

    Within a file the same number gets the same mask, so that rows of one person still find each other. The key is
    not kept, so that nobody can find the number from its mask.
    """
    key = secrets.token_bytes(32)
    if is_zip(data):
        files = csv_files(file, data)
        if files is None:
            return _masked_table(xlsx_rows(file, data), key)
        return pack_zip({name: _masked_table(csv_rows(name, content), key) for name, content in files.items()})
    if is_xml(data):
        return _masked_emus(file, data, key)
    return _masked_table(csv_rows(file, data), key)


def _masked_table(rows: Iterable[Row], key: bytes) -> bytes:
    """The column that holds CPR numbers is masked as a whole, in whatever form it writes them."""
    cpr_place: int | None = None

    def masked_cells(cells: list[str]) -> list[str]:
        nonlocal cpr_place
        if cpr_place is None:
            cpr_place = table.COLUMNS.places(cells).get("cpr")
        return [mask(cell, key) if at == cpr_place else mask_in_text(cell, key) for at, cell in enumerate(cells)]

    return mask_table(rows, masked_cells)


def _masked_emus(file: str, data: bytes, key: bytes) -> bytes:
    def masked_number(text: str) -> str:
        return mask(text, key) + "\n" * text.count("\n")

    in_text = partial(mask_in_text, key=key)
    fields = dict.fromkeys(emus.FIELDS_READ, in_text) | {"cpr": masked_number}
    return mask_xml(file, data, fields=fields, attributes=in_text)
