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

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.web.test_who_gets_what import ASKED_WITH, PAGES, arguments
from udbytte.models import Conversation, GroupConversation, Person
from udbytte.services.courses.joint_needs import confirm_joint_need

pytestmark = pytest.mark.django_db

ODD_TEXTS = ("²", "9" * 5000)
ODD_DAYS = ("0001-01-01", "9999-12-31")
ODD_TIMES = tuple(f"{day}T00:00" for day in ODD_DAYS)
ODD = {"date": ODD_DAYS, "datetime-local": ODD_TIMES}
USUAL = {"date": "2026-05-04", "datetime-local": "2026-05-04T10:00", "number": "30", "email": "a@example.test"}
FREE = ("text", "email", "url", "search")
LOOKS_FIRST = "hanne mette lars bente ida dorthe birgit karim soren jonas".split()


@dataclass
class Form:
    action: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

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
        elif tag == "input" and name and kind == "file":
            self.open.files.append(name)
        elif tag == "input" and name:
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


def odd_forms(form: Form) -> Iterator[dict[str, str]]:
    """The form with all its free texts odd at once, then with each of the other fields odd alone, values by turns."""
    texts = {name for name, kind in form.kinds.items() if kind in FREE}
    if texts:
        yield form.values | dict.fromkeys(texts, ODD_TEXTS[1])
    others = [name for name in form.kinds if name not in texts and name != "csrfmiddlewaretoken"]
    for turn, name in enumerate(others):
        yield form.values | {name: ODD.get(form.kinds[name], ODD_TEXTS)[turn % 2]}


def posted(client: Client, url: str, data: dict[str, str]) -> int:
    """The status of the answer; what was written is taken back."""
    with transaction.atomic():
        status = client.post(url, data).status_code
        transaction.set_rollback(True)
    return status


def test_no_form_makes_an_error_of_ours(cast: Cast) -> None:
    failed: list[tuple[str, dict[str, str]]] = []
    count = 0
    for client, url, form in forms_of(cast):
        for data in odd_forms(form):
            count += 1
            if posted(client, url, data) >= 500:
                failed.append((url, {name: value[:10] for name, value in data.items()}))
    assert failed == []
    assert count > 250


@pytest.mark.parametrize("odd", [*ODD_TEXTS, "٣", "-1", "1e9"])
def test_what_is_no_number_of_ours_is_none(cast: Cast, odd: str) -> None:
    """In the addresses and fields whose forms no page of the cast shows."""
    group = GroupConversation.objects.create(round=cast.round, manager=cast.lars, title="Køkkenet")
    Conversation.objects.filter(pk=cast.conversation.pk).update(kind="group", group=group)
    group_page, course = reverse("group", args=[group.pk]), cast.agree()
    need = confirm_joint_need(title="Fælles", agreements=[course.pk, cast.agree().pk], by=cast.bente, on=TODAY)
    sent: list[tuple[Person, str, dict[str, str], int]] = [
        (cast.lars, group_page, {"do": "goal", "goal": odd}, 404),
        (cast.lars, group_page, {"do": "leave", "member": odd}, 404),
        (cast.lars, reverse("not-held"), {"conversation": odd}, 404),
        (cast.lars, reverse("meetings"), {"withdraw": odd}, 404),
        (cast.lars, reverse("team-rules"), {"question": odd, "answer": "Ja"}, 404),
        (cast.lars, reverse("transfer", args=[course.pk]), {"goal": odd}, 422),
        (cast.mette, reverse("rules", args=[cast.round.pk]), {"seen": odd}, 302),
        (cast.hanne, reverse("open-self-check"), {"round": odd}, 404),
        (cast.hanne, reverse("round-new"), {"units": odd}, 422),
        (cast.hanne, reverse("organisation"), {"person": f"Lars #{odd}", "role": "hr"}, 422),
        (cast.bente, reverse("joint"), {"title": "Mere", "agreements": odd}, 302),
        (cast.bente, reverse("joint-need", args=[need.pk]), {"what": "run", "run": odd}, 200),
        (cast.bente, reverse("joint-leave", args=[need.pk]), {"agreement": odd}, 404),
        (cast.bente, reverse("plan-application", args=[course.pk]), {"source": odd}, 404),
    ]
    got = [(url, enter(person).post(url, form).status_code) for person, url, form, _status in sent]
    assert got == [(url, status) for _person, url, _form, status in sent]
    asked: list[tuple[Person, str, dict[str, str], int]] = [
        (cast.bente, reverse("course-board"), {"column": "find", "page": odd}, 200),
        (cast.hanne, reverse("compare-courses"), {"c": odd}, 200),
        (cast.mette, reverse("take-method", args=[cast.conversation.pk]), {"method": odd}, 404),
        (cast.mette, reverse("suggest-courses"), {"title": f"Kursus #{odd}"}, 200),
    ]
    got = [(url, enter(person).get(url, query).status_code) for person, url, query, _status in asked]
    assert got == [(url, status) for _person, url, _query, status in asked]
