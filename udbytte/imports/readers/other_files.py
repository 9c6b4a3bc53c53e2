"""Says what to do with a file that cannot be read: an old workbook, one with a password, a PDF, a web page."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable

from .tables import is_zip, open_zip

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also of a new workbook with a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def refuse_other_files(file: str, stream: BinaryIO, *, pages: bool = False) -> None:
    """Raises Unreadable, with what to do, when the content is of a kind that is no table. `pages`: HTML is read.

    Leaves the stream at its start.
    """
    stream.seek(0)
    start = stream.read(2000)
    message = _message_of(file, stream, start, pages)
    stream.seek(0)
    if message is not None:
        raise Unreadable(file, message)


def _message_of(file: str, stream: BinaryIO, start: bytes, pages: bool) -> str | None:
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(OLD_OFFICE):
        stream.seek(0)
        if ENCRYPTED in stream.read():
            return _(
                "The workbook has a password. Open it in Excel, save it without the password, and choose it again."
            )
        return _("This is an old workbook (.xls). Open it in Excel and save it as XLSX or CSV.")
    if plain.startswith(b"%pdf"):
        return _("This is a PDF, which has no columns. Ask for the list as XLSX or CSV.")
    if plain.startswith(b"{\\rtf"):
        return _("This is a text document. Copy the table into Excel and save it as XLSX or CSV.")
    is_page = plain.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta"))
    if is_page and not (pages and not file.casefold().endswith((".xls", ".xlsx"))):
        return _(
            "This is a web page (HTML), even if its name says something else. Open it in Excel and save it as XLSX."
        )
    if is_zip(start):
        stream.seek(0)
        with open_zip(file, stream) as archive:
            names = archive.namelist()
        if "word/document.xml" in names:
            return _("This is a text document. Copy the table into Excel and save it as XLSX or CSV.")
        if "content.xml" in names and "mimetype" in names:
            return _("This is an OpenDocument file (.ods). Open it and save it as XLSX or CSV.")
        if "xl/workbook.bin" in names:
            return _("This is a binary workbook (.xlsb). Open it in Excel and save it as XLSX or CSV.")
    return None
