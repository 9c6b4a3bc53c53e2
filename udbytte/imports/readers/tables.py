"""Reads tables: CSV, and the sheets of a workbook. Refuses dangerous zip files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from udbytte.imports.readers.columns import HEADER_WITHIN, Columns, Header, Row
from udbytte.imports.readers.problems import Unreadable

from .text_files import MAX_BYTES, PART, SAMPLE, as_lines, separator_of
from .values import texts

MAX_RATIO = 200  # of unpacked to packed bytes in a zip file
MAX_ROWS = 1_000_000
MAX_PARTS = 200  # files in a zip file
SHEETS = "sheets.json"  # in a stored workbook: the names of its sheets, which are the files 0.csv, 1.csv, …
Clean = Callable[[Sequence[object]], list[str]]  # of the cells of a row


def is_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")  # the second is an empty one


def open_zip(file: str, source: bytes | BinaryIO) -> zipfile.ZipFile:
    """Open a zip file. Raises Unreadable when its content is too large or its names lead outside of it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except zipfile.BadZipFile as error:
        raise Unreadable(file, _("The zip file is damaged. Make it again and try once more.")) from error
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MAX_PARTS or size > MAX_BYTES or size > 1_000_000 + MAX_RATIO * packed:
        raise Unreadable(file, _("The zip file unpacks to far more than an organisation needs. It was not opened."))
    for part in parts:
        name = part.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name or part.flag_bits & 1:
            raise Unreadable(file, _("The zip file has names or a password that it may not have. It was not opened."))
    return archive


def unpack_member(file: str, archive: zipfile.ZipFile, name: str) -> BinaryIO:
    """One file of a zip, as a temporary file at its start, which the caller closes.

    The size in the zip may be false, so at most `MAX_BYTES` are unpacked. Raises Unreadable.
    """
    try:
        with ExitStack() as opened, archive.open(name) as member:
            unpacked = opened.enter_context(TemporaryFile())
            while piece := member.read(PART):
                unpacked.write(piece)
                if unpacked.tell() > MAX_BYTES:
                    message = _("The zip file unpacks to far more than an organisation needs. It was not opened.")
                    raise Unreadable(file, message)
            unpacked.seek(0)
            opened.pop_all()
            return unpacked
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise Unreadable(file, _("The zip file is damaged. Make it again and try once more.")) from error


def as_stream(source: bytes | BinaryIO) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source


def csv_rows(
    file: str, source: bytes | BinaryIO, clean: Clean = texts, count_known: Callable[[Sequence[str]], int] = len
) -> Iterator[Row]:
    """The rows of a CSV file with their number, read one at a time. Empty rows are counted but left out.

    `count_known` gives the number of fields that a row names; the sign between the cells is chosen by it.
    """
    with as_lines(file, as_stream(source)) as lines:
        first: list[str] = []
        letters = 0
        for line in lines:
            first.append(line)
            letters += len(line)
            if letters > SAMPLE:
                break
        reader = csv.reader(chain(first, lines), delimiter=separator_of(first, count_known))
        number = 0
        try:
            for number, cells in enumerate(reader, start=1):
                if number > MAX_ROWS:
                    raise Unreadable(file, _("The file has more than a million rows."), row=number)
                row = clean(cells)
                if any(row):
                    yield number, row
        except csv.Error as error:
            message = _("Row %(row)s cannot be read as CSV.") % {"row": number + 1}
            raise Unreadable(file, message, row=number + 1) from error


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: a sheet of a workbook, or the whole of a CSV file, which has no name."""

    name: str
    is_visible: bool
    rows: Iterator[Row]


def sheets_of(file: str, source: bytes | BinaryIO, clean: Clean, columns: Columns) -> list[Sheet]:
    """The sheets of a file that have rows, the hidden ones last. Raises Unreadable."""
    stream = as_stream(source)
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if not is_zip(start):
        return [Sheet("", True, csv_rows(file, stream, clean, columns.count_known))]
    with open_zip(file, stream) as archive:
        if SHEETS in archive.namelist():
            return _stored_sheets(file, archive, clean, columns)
    stream.seek(0)
    return _workbook_sheets(file, stream, clean)


def _stored_sheets(file: str, archive: zipfile.ZipFile, clean: Clean, columns: Columns) -> list[Sheet]:
    try:
        with unpack_member(file, archive, SHEETS) as listed:
            names = [(str(name), bool(is_visible)) for name, is_visible in json.load(listed)]
        return [
            Sheet(name, is_visible, _stored_rows(file, unpack_member(file, archive, f"{number}.csv"), clean, columns))
            for number, (name, is_visible) in enumerate(names)
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(file, _("The zip file is damaged. Make it again and try once more.")) from error


def _stored_rows(file: str, unpacked: BinaryIO, clean: Clean, columns: Columns) -> Iterator[Row]:
    with unpacked:
        yield from csv_rows(file, unpacked, clean, columns.count_known)


def _workbook_sheets(file: str, stream: BinaryIO, clean: Clean) -> list[Sheet]:
    sheets = []
    try:
        book = CalamineWorkbook.from_filelike(stream)
        for about in sorted(book.sheets_metadata, key=lambda about: about.visible != SheetVisibleEnum.Visible):
            sheet = book.get_sheet_by_name(about.name)
            if sheet.total_height > MAX_ROWS:
                raise Unreadable(file, _("The file has more than a million rows."))
            if sheet.total_height:
                is_visible = about.visible == SheetVisibleEnum.Visible
                sheets.append(Sheet(about.name, is_visible, _sheet_rows(sheet, clean)))
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise Unreadable(file, _("The workbook cannot be read. Save it as XLSX or CSV and try again.")) from error
    return sheets or [Sheet("", True, iter(()))]


def _sheet_rows(sheet: object, clean: Clean) -> Iterator[Row]:
    """The rows of a sheet with their number. Days become text such as 2026-03-31."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):  # type: ignore[attr-defined]
        row = clean(cells)
        if any(row):
            yield number, row


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is being read: its header, the rows below it, and which sheet of the file it is."""

    header: Header
    rows: Iterator[Row]
    sheet: str = ""
    sheets: tuple[str, ...] = ()  # the names of all sheets of the workbook, when it has several


def open_table(
    file: str,
    source: bytes | BinaryIO,
    columns: Columns,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    clean: Clean = texts,
) -> Table:
    """Open a CSV or XLSX file at the sheet whose columns are known, or at the one that was chosen. Raises Unreadable.

    A hidden sheet is read only when no other one fits. When several fit, one must be chosen.
    """
    sheets_with_rows = sheets_of(file, source, clean, columns)
    opened = [(each, list(islice(each.rows, HEADER_WITHIN))) for each in sheets_with_rows]
    names = tuple(each.name for each, _first in opened) if len(opened) > 1 else ()
    chosen, first = _choose(file, opened, names, columns, mapping, sheet)
    header, rows = columns.read_header(file, first, chosen.rows, mapping, names)
    return Table(header, rows, chosen.name, names)


def _choose(
    file: str,
    opened: list[tuple[Sheet, list[Row]]],
    names: tuple[str, ...],
    columns: Columns,
    mapping: Mapping[str, str] | None,
    wanted: str,
) -> tuple[Sheet, list[Row]]:
    if wanted and names:
        for each in opened:
            if each[0].name.casefold() == wanted.casefold():
                return each
        message = _("There is no sheet “%(sheet)s”. The sheets are: %(sheets)s.")
        raise Unreadable(file, message % {"sheet": wanted, "sheets": ", ".join(names)}, sheets=names)
    headers = [columns.best_header(first, mapping)[1] for _sheet, first in opened]
    for is_visible in (True, False):
        fitting = [
            each
            for each, header in zip(opened, headers, strict=True)
            if each[0].is_visible == is_visible and columns.is_complete(header)
        ]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            message = _("Several sheets have the columns that are needed: %(sheets)s. Tell which it is.")
            words = {"sheets": ", ".join(each[0].name for each in fitting)}
            raise Unreadable(file, message % words, "sheet", sheets=names)
    best = max(range(len(opened)), key=lambda at: (len(headers[at].places), opened[at][0].is_visible, -at))
    return opened[best]
