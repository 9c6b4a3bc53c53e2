"""What no page of ours sends is answered with a page, never with an error: each form is sent with odd values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.web.conftest import enter
from tests.web.test_who_gets_what import ASKED_WITH, PAGES, arguments

pytestmark = pytest.mark.django_db

ODD_TEXTS = ("²", "9" * 5000)
ODD_DAYS = ("0001-01-01", "9999-12-31")
ODD_TIMES = tuple(f"{day}T00:00" for day in ODD_DAYS)
ODD = {"date": ODD_DAYS, "datetime-local": ODD_TIMES}
USUAL = {"date": "2026-05-04", "datetime-local": "2026-05-04T10:00", "number": "30", "email": "a@example.test"}
LOOKS_FIRST = "hanne mette lars bente ida dorthe birgit karim soren jonas".split()


@dataclass
class Form:
    action: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, kind: str, value: str) -> None:
        self.kinds.setdefault(name, kind)
        if value or name not in self.values:
            self.values[name] = value or USUAL.get(kind, "Noget")


class Forms(HTMLParser):
    """The forms of a page that are posted, filled in as somebody would."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.buttons: list[tuple[Form, str, str]] = []
        self.open: Form | None = None
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "form":
            self.open = Form(said.get("action", "")) if said.get("method") == "post" else None
            self.found += [self.open] if self.open else []
        elif self.open is None:
            return
        elif tag == "button" and name:
            self.open.add(name, "button", said.get("value", ""))
        elif tag == "input" and name and kind != "file":
            self.open.add(name, kind, said.get("value", ""))
        elif tag == "textarea" and name:
            self.open.add(name, "text", "")
        elif tag == "select":
            self.select = name
            self.open.add(name, "select", "")
        elif tag == "option" and self.select and said.get("value"):
            self.open.add(self.select, "select", said["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""


def forms_of(cast: Cast) -> Iterator[tuple[Client, str, Form]]:
    """Each kind of form that is posted on the pages of the table, once, with somebody who may see it."""
    seen: set[tuple[str | None, ...]] = set()
    for name, who in sorted(PAGES.items()):
        for role in sorted(who, key=LOOKS_FIRST.index)[:1]:
            with transaction.atomic():
                client = enter(getattr(cast, role))
                client.raise_request_exception = False
                url = reverse(name, kwargs=arguments(name, cast))
                query = ASKED_WITH[name]() if name in ASKED_WITH else {}
                page = client.get(url, query)
                html = page.content.decode() if page["Content-Type"].startswith("text/html") else ""
                for form in Forms(html).found:
                    where = urljoin(page.wsgi_request.get_full_path(), form.action or page.wsgi_request.get_full_path())
                    shape = (
                        re.sub(r"[0-9]+", "", urlsplit(where).path),
                        *sorted(form.values),
                        form.values.get("event"),
                    )
                    if shape not in seen:
                        seen.add(shape)
                        yield client, where, form
                transaction.set_rollback(True)


def posted(client: Client, url: str, data: object, content_type: str = "") -> int:
    """The status of the answer; what was written is taken back."""
    with transaction.atomic():
        status = client.post(url, data, **({"content_type": content_type} if content_type else {})).status_code
        transaction.set_rollback(True)
    return status


def test_no_form_makes_an_error_of_ours(cast: Cast) -> None:
    """One field at a time, each with one odd value, by turns."""
    failed: list[tuple[str, str, str]] = []
    count = 0
    for client, url, form in forms_of(cast):
        for name, kind in form.kinds.items():
            odd = ODD.get(kind, ODD_TEXTS)[count % 2]
            count += 1
            if posted(client, url, form.values | {name: odd}) >= 500:
                failed.append((url, name, odd[:10]))
    assert failed == []
    assert count > 300
