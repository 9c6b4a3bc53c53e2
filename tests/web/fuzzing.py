"""Odd requests from a seed, one after the other: every address and form, as every role and as nobody."""

from __future__ import annotations

import random
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urljoin

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from tests.browsing import enter
from tests.cast import Cast, make_cast
from tests.web.test_odd_values import Form, Forms
from tests.web.test_who_gets_what import ASKED_WITH, PAGES, PEOPLE, arguments
from udbytte.services.errors import Refused
from udbytte.urls import urlpatterns

NOBODY = "nobody"
BEFORE_A_FRESH_CAST = 250  # requests; some of them change the cast
KEPT = 0.2  # of the requests change the data for those that follow
TEXTS = (
    "", " ", "0", "-1", "1", "7", "²", "٣", "9" * 5000, "1e9", "NaN", "Infinity", "null", "true", "on", "[]", "{}",
    "æøå ÆØÅ", "😀" * 300, "\u202eabc", "e\u0301" * 50, "a\r\nb", "\t", "\x01\x7f", "<script>alert(1)</script>",
    "' OR 1=1 --", "{{ 7*7 }} {% now %}", "%s %(name)s %n", "../../etc/passwd", "x" * 20_000, "12.5", "1.000,50",
    "\N{MINUS SIGN}5", "Lars Hansen #1", "mette@example.test", "https://example.test/?a=b#c", "javascript:alert(1)",
    "0001-01-01", "9999-12-31", "2026-02-30", "2026-03-29", "26-3-1", "0001-01-01T00:00", "2026-03-29T02:30",
    "9999-12-31T23:59", "24:00", "9.00, 10.30 og 13", "00000000-0000-0000-0000-000000000000", "9223372036854775808",
)  # fmt: skip
NUMBERS = ("0", "1", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 40)
CONTENTS = (b"", b"\0", b"%PDF-1.7", b"PK\x03\x04", b"name;email;unit\nA;a@x.test;B", b"\xff\xfe\x00\x01" * 99, b"{}")
FILES = ("a.csv", "a.xlsx", "a.json", "a.xml", "a.pdf", "æ/../..\\b.zip", "x" * 300)
HEADERS: tuple[dict[str, str], ...] = (
    {}, {}, {"hx-request": "true"}, {"accept-language": "xx-YY;q=9,*"}, {"referer": "http://[::1"},
    {"referer": "http://testserver/plan/"}, {"x-forwarded-for": "1.2.3.4, x"}, {"range": "bytes=-1"},
    {"if-none-match": '"x"'}, {"accept-encoding": "gzip"}, {"origin": "null"}, {"host": "evil.test"},
)  # fmt: skip
BODIES = (
    (b'{"a":', "application/json"),
    (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "multipart/form-data; boundary=b"),
    (b"a=%ED%A0%80&b=%FF%FE&%00=1", "application/x-www-form-urlencoded"),
    (b"&".join(b"a%d=1" % number for number in range(1500)), "application/x-www-form-urlencoded"),
    (b"\xff\xfe\xfd", "text/plain"),
    (b"", "multipart/form-data"),
    (b"a=1", "application/x-www-form-urlencoded; charset=utf-7"),
)
Asked = tuple[str, Any]  # what was asked by whom, and the answer of Django's test client
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "POST", "GET", "NONSENSE")


class Fuzz:
    """A number of requests; the same seed makes the same ones. `failures` says what was answered with an error."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.failures: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.addresses: Counter[str] = Counter()
        self.patterns = list(_patterns(urlpatterns, ""))

    def run(self, requests: int) -> None:
        while (done := self.statuses.total()) < requests:
            with transaction.atomic():
                self.cast: Cast = make_cast()
                self.clients = {who: self._enter(who) for who in (*PEOPLE, NOBODY)}  # before anything is rolled back
                self.pages = dict(self._make_pages())  # neither is what the pages are about
                for _ in range(min(BEFORE_A_FRESH_CAST, requests - done)):
                    self._request()
                transaction.set_rollback(True)

    def _request(self) -> None:
        kind = self.random.choices((self._form, self._address, self._raw), (6, 3, 1))[0]
        try:
            with transaction.atomic():
                asked, response = kind()
                if response.status_code < 400 and self.random.random() < KEPT:
                    with connection.cursor() as cursor:  # what a commit would check
                        cursor.execute("set constraints all immediate; set constraints all deferred")
                else:
                    transaction.set_rollback(True)
        except Exception:
            self.statuses[599] += 1
            self.failures.append(f"request {self.statuses.total()}: {traceback.format_exc(limit=-4)}")
            return
        self.statuses[response.status_code] += 1
        if response.status_code >= 500:
            cause = getattr(response, "exc_info", None)
            lines = "".join(traceback.format_exception(*cause, limit=-4)) if cause else ""
            self.failures.append(f"request {self.statuses.total()}: {response.status_code} {asked}\n{lines}")

    # --- What is asked

    def _form(self) -> Asked:
        """A form of a page, with some values odd, by somebody who may see it or by anybody."""
        name = self.random.choice(sorted(name for name, people in PAGES.items() if people and name in self.pages))
        who = self.random.choice(sorted(PAGES[name]))
        url = self.pages[name]
        page = self._client(who).get(url, ASKED_WITH[name]() if name in ASKED_WITH else {})
        self.addresses[name] += 1
        html = page.content.decode() if page.get("Content-Type", "").startswith("text/html") else ""
        forms = Forms(html).found
        if page.status_code >= 400 or not forms:
            return f"GET {url} as {who}", page
        form = self.random.choice(forms)
        if self.random.random() < 0.1:
            who = self._anybody()
        data = self._odd(form)
        where = urljoin(url, form.action or url)
        return f"POST {where} as {who}: {_short(data)}", self._client(who).post(where, data, headers=self._headers())

    def _address(self) -> Asked:
        """An address with odd arguments and an odd query."""
        who, query = self._anybody(), {}
        for _ in range(self.random.randrange(4)):
            query[self.random.choice(("q", "page", "runde", "next", "column", "c", "title", "vis", "on"))] = (
                self._text()
            )
        if self.random.random() < 0.5:
            url = self.pages[self.random.choice(sorted(self.pages))]
        else:
            url = self._odd_address()
        return f"GET {url} as {who}: {_short(query)}", self._client(who).get(url, query, headers=self._headers())

    def _raw(self) -> Asked:
        """A body or method that no browser sends."""
        who, url = self._anybody(), self._odd_address()
        body, kind = self.random.choice(BODIES)
        method = self.random.choice(METHODS)
        answer = self._client(who).generic(method, url, body, kind, headers=self._headers())
        return f"{method} {url} as {who}: {kind}", answer

    # --- What it is made of

    def _client(self, who: str) -> Client:
        """The client of the person, who logs in again after a form has logged them out."""
        cookie = self.clients[who].cookies.get(settings.SESSION_COOKIE_NAME)
        if who != NOBODY and (cookie is None or not cookie.value):
            self.clients[who] = self._enter(who)
        return self.clients[who]

    def _enter(self, who: str) -> Client:
        client = Client() if who == NOBODY else enter(getattr(self.cast, who))
        client.raise_request_exception = False
        return client

    def _anybody(self) -> str:
        return self.random.choice((*PEOPLE, NOBODY))

    def _make_pages(self) -> Iterator[tuple[str, str]]:
        """The address of each page, with what it is about. A page is left out whose thing another page's excludes."""
        for name in PAGES:
            with suppress(Refused, IntegrityError), transaction.atomic():
                yield name, reverse(name, kwargs=arguments(name, self.cast))

    def _odd_address(self) -> str:
        name, parts = self.random.choice(self.patterns)
        self.addresses[name] += 1
        return "/" + "".join(
            part if kind == "" else self.random.choice(NUMBERS) if kind == "int" else quote(self._text()[:200] or "x")
            for kind, part in parts
        )

    def _headers(self) -> dict[str, str]:
        return self.random.choice(HEADERS)

    def _text(self) -> str:
        return self.random.choice(TEXTS)

    def _odd(self, form: Form) -> dict[str, Any]:
        """The values of a form: as somebody would fill it in, with up to three odd, missing, doubled or unknown."""
        data: dict[str, Any] = dict(form.values)
        for name in form.files:
            data[name] = SimpleUploadedFile(self.random.choice(FILES), self.random.choice(CONTENTS))
        names = [name for name in form.values if name != "csrfmiddlewaretoken"]
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            name = self.random.choice(names) if names else "x"
            match self.random.randrange(8):
                case 0:
                    data.pop(name, None)
                case 1:
                    data[name] = [self._text(), self._text()]
                case 2:
                    data[self.random.choice(("do", "event", "turn", "on", "draft", "anyway", "again"))] = self._text()
                case _:
                    data[name] = self._text()
        return data


def _patterns(patterns: list[Any], before: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each address with its name and its parts: (kind of argument, "") or ("", fixed text)."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            parts = [part.partition(">") if number else ("", "", part) for number, part in enumerate(route.split("<"))]
            pieces: list[tuple[str, str]] = []
            for argument, _, fixed in parts:
                pieces += [(argument.partition(":")[0], "")] if argument else []
                pieces.append(("", fixed))
            yield str(pattern.name), pieces


def _short(data: dict[str, Any]) -> str:
    return repr({name: str(value)[:40] for name, value in data.items() if name != "csrfmiddlewaretoken"})
