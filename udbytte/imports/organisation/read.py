"""Recognises by content which of the shapes a file has, and reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import MAX_BYTES, is_zip, open_zip, read_member

from . import csv_folder as folder_of_csv
from . import emus
from . import table as employment_table
from .rows import Organisation


def read_path(path: Path, mapping: Mapping[str, str] | None = None) -> Organisation:
    """Read a file or folder. Raises Unreadable, also where there is none."""
    if path.is_dir():
        files = {name: path / name for name in folder_of_csv.FILES}
        return folder_of_csv.read({name: file.read_bytes() for name, file in files.items() if file.is_file()})
    if not path.is_file():
        raise Unreadable(path.name, _("There is no such file or folder."))
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(path.name, _("The file is larger than 200 MB."))
    return read(path.name, path.read_bytes(), mapping)


def csv_files(file: str, data: bytes) -> dict[str, bytes] | None:
    """The four files of a zip, also when they lie in a folder in it; None when it is a workbook."""
    with open_zip(file, data) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            return None
        chosen = {name.rsplit("/", 1)[-1].casefold(): name for name in names if not name.startswith("__MACOSX")}
        return {name: read_member(file, archive, chosen[name]) for name in folder_of_csv.FILES if name in chosen}


def is_xml(data: bytes) -> bool:
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read(file: str, data: bytes, mapping: Mapping[str, str] | None = None) -> Organisation:
    """Read a file that was sent: a zip of four CSV files, EMUS XML, or a table as CSV or XLSX. Raises Unreadable."""
    if not data.strip():
        raise Unreadable(file, _("The file is empty."))
    if is_zip(data):
        files = csv_files(file, data)
        if files is not None:
            return folder_of_csv.read(files)
    elif is_xml(data):
        return emus.read(file, data)
    return employment_table.read(file, data, mapping)
