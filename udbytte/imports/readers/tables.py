"""Reads tables: CSV in any usual encoding and with any usual delimiter, and XLSX. Refuses dangerous zip files."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from udbytte.imports.readers.problems import Unreadable

from .values import text

MAX_BYTES = 200_000_000
MAX_RATIO = 200  # of unpacked to packed bytes in a zip file
MAX_ROWS = 1_000_000
MAX_PARTS = 200  # files in a zip file
PART = 1_000_000  # bytes that are decoded at a time
Row = tuple[int, list[str]]
Clean = Callable[[object], str]


def is_zip(data: bytes) -> bool:
    return data[:4] == b"PK\x03\x04"


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


def read_member(file: str, archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one file of a zip. The size in the zip may be false, so at most `MAX_BYTES` are read. Raises Unreadable."""
    try:
        with archive.open(name) as stream:
            data = stream.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise Unreadable(file, _("The zip file is damaged. Make it again and try once more.")) from error
    if len(data) > MAX_BYTES:
        raise Unreadable(file, _("The zip file unpacks to far more than an organisation needs. It was not opened."))
    return data


def encoding_of(file: str, stream: BinaryIO) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one, otherwise Windows' western encoding.

    Leaves the stream at its start. Raises Unreadable.
    """
    if stream.seek(0, io.SEEK_END) > MAX_BYTES:
        raise Unreadable(file, _("The file is larger than 200 MB."))
    stream.seek(0)
    first_bytes = stream.read(2)
    for encoding in ("utf-16",) if first_bytes in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while part := stream.read(PART):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeError:
            continue
        stream.seek(0)
        return encoding
    raise Unreadable(file, _("The file is not text that can be read. Save it as CSV with UTF-8 and try again."))


@contextmanager
def as_text(file: str, stream: BinaryIO) -> Iterator[io.TextIOWrapper]:
    """The stream as text with its line ends unchanged. The stream stays open. Raises Unreadable."""
    reader = io.TextIOWrapper(stream, encoding_of(file, stream), newline="")
    try:
        yield reader
    finally:
        reader.detach()


def delimiter_of(first_line: str) -> str:
    """The delimiter (";", "," or tab) that cuts the first line into the most cells."""
    return max(";,\t", key=lambda sign: len(next(csv.reader([first_line], delimiter=sign), [])))


def csv_rows(file: str, source: bytes | BinaryIO, clean: Clean = text) -> Iterator[Row]:
    """The rows of a CSV file with their number, read one at a time. Empty rows are counted but left out."""
    with as_text(file, io.BytesIO(source) if isinstance(source, bytes) else source) as content:
        first = next((line for line in content.read(20_000).splitlines() if line.strip(" ;,\t")), "")
        content.seek(0)
        reader = csv.reader(content, delimiter=delimiter_of(first))
        for number in count(1):
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                message = _("Row %(row)s cannot be read as CSV.") % {"row": number}
                raise Unreadable(file, message, row=number) from error
            if number > MAX_ROWS:
                raise Unreadable(file, _("The file has more than a million rows."), row=number)
            row = [clean(cell) for cell in cells]
            if any(row):
                yield number, row


def xlsx_rows(file: str, source: bytes | BinaryIO, clean: Clean = text) -> Iterator[Row]:
    """The rows of the first sheet of a workbook with their number. Days become text such as 2026-03-31."""
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    open_zip(file, stream).close()
    stream.seek(0)
    try:
        sheet = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0)
        height = sheet.total_height
        sheet_rows = sheet.iter_rows() if height <= MAX_ROWS else iter(())
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise Unreadable(file, _("The workbook cannot be read. Save it as XLSX or CSV and try again.")) from error
    if height > MAX_ROWS:
        raise Unreadable(file, _("The file has more than a million rows."))
    for number, cells in enumerate(sheet_rows, start=1):
        row = [clean(cell) for cell in cells]
        if any(row):
            yield number, row


def table_rows(file: str, source: bytes | BinaryIO, clean: Clean = text) -> Iterator[Row]:
    """The rows of a CSV or XLSX file with their number; `clean` makes a cell text. Raises Unreadable."""
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    stream.seek(0)
    read_rows = xlsx_rows if is_zip(stream.read(4)) else csv_rows
    stream.seek(0)
    return read_rows(file, stream, clean)
