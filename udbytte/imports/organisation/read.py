"""Recognises the format of an organisation's file by its content, and reads it or masks its CPR numbers."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.readers.columns import comparable
from udbytte.imports.readers.mask_cpr import add_to_zip, mask_sheets, mask_table, mask_xml
from udbytte.imports.readers.other_files import refuse_other_files
from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import SHEETS, as_stream, is_zip, open_zip, sheets_of, unpack_member
from udbytte.imports.readers.text_files import MAX_BYTES
from udbytte.imports.readers.values import mask, mask_in_text, texts

from . import csv_folder, emus, table
from .rows import Organisation


def read_path(path: Path, mapping: Mapping[str, str] | None = None, sheet: str = "") -> Organisation:
    """Read a file or folder. Raises Unreadable, also when it does not exist."""
    if path.is_dir():
        with ExitStack() as opened:
            paths = {name: path / name for name in csv_folder.FILES}
            files = {name: opened.enter_context(at.open("rb")) for name, at in paths.items() if at.is_file()}
            return csv_folder.read(files)
    if not path.is_file():
        raise Unreadable(path.name, _("There is no such file or folder."))
    with path.open("rb") as stream:
        return read(path.name, stream, mapping, sheet)


@contextmanager
def csv_files(file: str, stream: BinaryIO) -> Iterator[dict[str, BinaryIO] | None]:
    """The four files of a zip, also from a folder inside it; None when the zip is a workbook. Raises Unreadable."""
    with open_zip(file, stream) as archive, ExitStack() as opened:
        names = archive.namelist()
        if "xl/workbook.xml" in names or SHEETS in names:
            yield None
            return
        path_of = {name.rsplit("/", 1)[-1].casefold(): name for name in names if not name.startswith("__MACOSX")}
        if not set(path_of) & set(csv_folder.FILES):
            message = _("The zip file does not have the four CSV files. Unpack it, and choose the file that is in it.")
            raise Unreadable(file, message)
        yield {
            name: opened.enter_context(unpack_member(file, archive, path_of[name]))
            for name in csv_folder.FILES
            if name in path_of
        }


def _start_of(file: str, stream: BinaryIO) -> bytes:
    """The first bytes of a file. Raises Unreadable when it is empty, too large, or of a kind that cannot be read."""
    if stream.seek(0, io.SEEK_END) > MAX_BYTES:
        raise Unreadable(file, _("The file is larger than 200 MB."))
    stream.seek(0)
    start = stream.read(2000)
    if not start.strip():
        raise Unreadable(file, _("The file is empty."))
    refuse_other_files(file, stream)
    return start


def is_xml(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read(
    file: str, source: bytes | BinaryIO, mapping: Mapping[str, str] | None = None, sheet: str = ""
) -> Organisation:
    """Read an uploaded file: a zip of four CSV files, EMUS XML, or a table as CSV or XLSX. Raises Unreadable."""
    stream = as_stream(source)
    start = _start_of(file, stream)
    if is_zip(start):
        with csv_files(file, stream) as files:
            if files is not None:
                return csv_folder.read(files)
    elif is_xml(start):
        return emus.read(file, stream)
    return table.read(file, stream, mapping, sheet)


def mask_cpr(file: str, source: bytes | BinaryIO, out: BinaryIO) -> None:
    """Write the same rows without CPR numbers: tables as CSV, four files as a zip, EMUS as XML. Raises Unreadable.

    Within a file the same number gets the same mask, so that rows of one person still find each other. The key is
    not kept, so that nobody can find the number from its mask.
    """
    key = secrets.token_bytes(32)
    stream = as_stream(source)
    start = _start_of(file, stream)
    if is_xml(start):
        _mask_emus(file, stream, key, out)
        return
    if is_zip(start):
        with csv_files(file, stream) as files:
            if files is not None:
                _mask_csv_files(files, key, out)
                return
    mask_sheets(sheets_of(file, stream, texts, table.COLUMNS), lambda: _cell_mask(key), out)


def _mask_csv_files(files: Mapping[str, BinaryIO], key: bytes, out: BinaryIO) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            add_to_zip(archive, name, partial(mask_table, csv_folder.rows_of(name, content), _cell_mask(key)))


def _cell_mask(key: bytes) -> Callable[[list[str]], Iterable[str]]:
    """Masks the rows of one table. Below its name, the column with CPR numbers is masked in whatever form it has."""
    cpr_place: int | None = None

    def masked_cells(cells: list[str]) -> list[str]:
        nonlocal cpr_place
        if cpr_place is None:
            named = [table.COLUMNS.field_of.get(comparable(cell), ("", 0))[0] for cell in cells]
            if "cpr" in named:
                cpr_place = named.index("cpr")
                return [mask_in_text(cell, key) for cell in cells]
        return [mask(cell, key) if at == cpr_place else mask_in_text(cell, key) for at, cell in enumerate(cells)]

    return masked_cells


def _mask_emus(file: str, stream: BinaryIO, key: bytes, out: BinaryIO) -> None:
    def masked_number(text: str) -> str:
        return mask(text, key) + "\n" * text.count("\n")

    in_text = partial(mask_in_text, key=key)
    fields = dict.fromkeys(emus.FIELDS_READ, in_text) | {"cpr": masked_number}
    mask_xml(file, stream, fields=fields, attributes=in_text, out=out)
