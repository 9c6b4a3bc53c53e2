"""Nobody reads or changes what the table does not allow: every address as everybody around one conversation."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.attack.scene import RELATIONS, Scene, arguments, make_scene
from tests.attack.table import (
    CANARIES,
    INSIDE,
    NOT_SHOWN,
    ON_THE_WAY,
    OUTSIDE,
    PAGES_THAT_TAKE,
    PRESSES,
    STRANGERS,
    WORDS,
    as_markdown,
    in_the_manual,
    readers_of,
)
from tests.cast import TODAY, Cast
from tests.web.test_who_gets_what import OPEN, PAGES, POSTED
from udbytte.domain.lifecycle import Event
from udbytte.models import Email
from udbytte.services.notifications.follow_up import follow_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CANARY = re.compile(r"Kanarie\w+")
LINK = re.compile(r"https?://[^/\s]+(/(?:svar|underskriv)/[^\s\"<>]+)")
# What `make test` asks; `make attack` asks everything.
PRIVATE = (
    *("conversation", "texts", "review-plan", "plan-of", "agreement", "follow-up-talk", "goal-methods", "group"),
    *("plan-paper", "file", "team", "home", "find-helper", "employment"),
)
PRIVATE_PRESSES = ("write-field", "observe", "remove-file", "write-down", "answer-written", "decide-bill", "undo")
MAY_CHANGE = {"udbytte_auditentry", "django_session", "udbytte_cache", "usersessions_usersession"}
COUNTS = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return make_scene(cast)


def text_of(response: Any) -> str:
    """The words of a page; of a workbook, those of its parts."""
    if response.streaming:
        return ""
    content: bytes = response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(parts.read(name) for name in parts.namelist())
    return content.decode("utf-8", "replace")


def may_read(who: str, words: Iterable[str]) -> list[str]:
    """What of these words the person may not read."""
    return sorted({word for word in words if who not in WORDS[CANARIES[word]]})


def expected(name: str, who: str) -> int:
    if who in OUTSIDE or who in ON_THE_WAY.get(name, ()):
        return 302
    return 200 if who in readers_of(name) else 404


def read_all(scene: Scene, names: Iterable[str], **headers: str) -> dict[str, set[str]]:
    """Ask each page as everybody. Returns who has read each word; fails for a status or a word that is not allowed."""
    faults, seen = [], defaultdict(set)
    clients = {who: scene.client(who) for who in RELATIONS}
    asked = {"method": scene.things["method"].pk}
    addresses = [(name, arguments(scene, name)) for name in names]
    for name, about in addresses:
        for who, client in clients.items():
            answer = client.get(reverse(name, kwargs=about), asked if name == "take-method" else {}, headers=headers)
            if answer.status_code != expected(name, who):
                faults.append(f"{name} as {who}: {answer.status_code} instead of {expected(name, who)}")
            words = set(CANARY.findall(text_of(answer)))
            faults += [f"{name} as {who}: {word}" for word in may_read(who, words)]
            for word in words:
                seen[word].add(who)
    assert not faults, "\n".join(faults)
    return seen


@contextmanager
def nothing_changes(faults: list[str], what: str) -> Iterator[None]:
    """Note which tables have been written to meanwhile, also if it was taken back."""
    before = counts()
    yield
    changed = {table for table, number in counts().items() if number != before.get(table, 0)} - MAY_CHANGE
    faults += [f"{what}: wrote to {table}" for table in sorted(changed)]


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return dict(cursor.fetchall())


def forms_for(scene: Scene, name: str, events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """Forms that would do something, if the one who sends them were allowed to."""
    cast = scene.cast
    every: dict[str, Any] = {
        "text": "Indbrud",
        "notes": "Indbrud",
        "field": "notes",
        "seen": "",
        "do": "add",
        "line": "Indbrud",
        "reason": "Indbrud",
        "answer": "yes",
        "granted": "yes",
        "happens": "yes",
        "title": "Indbrud",
        "person": cast.jonas.pk,
        "role": "hr",
        "owner": f"Jonas Hansen #{cast.jonas.pk}",
        "held_on": "2026-03-02",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-09",
        "amount": "1",
        "price": "1",
        "name": "Indbrud",
    }
    yield every
    if name == "agreement":
        yield from ({**every, "event": event.value, "turn": scene.things["practice"].turn} for event in events)


def press_all(scene: Scene, names: Iterable[str], events: Iterable[Event] = ()) -> None:
    """Send forms to each address as everybody who may not."""
    faults: list[str] = []
    clients = {who: scene.client(who) for who in RELATIONS}
    for client in clients.values():
        client.get("/")  # the login's own rows are there
    for name in names:
        asked = readers_of(name) if name in PAGES else PRESSES[name]
        allowed = asked | ON_THE_WAY.get(name, set()) | PAGES_THAT_TAKE.get(name, set())
        url = reverse(name, kwargs=arguments(scene, name))
        for who in [who for who in RELATIONS if who not in allowed]:
            for form in forms_for(scene, name, events):
                what = f"{name} as {who}"
                with nothing_changes(faults, what):
                    status = clients[who].post(url, form).status_code
                if status not in ((302, 404) if who in OUTSIDE else (404, 405)):
                    faults.append(f"{what}: {status}")
    assert not faults, "\n".join(faults)


def test_nobody_reads_words_of_the_conversation_that_are_not_theirs(scene: Scene) -> None:
    seen = read_all(scene, PRIVATE)
    assert seen["KanarieConversationNotes"] == {"mette", "lars"}
    assert seen["KanarieAgreementPurposePractice"] == {"mette", "lars", "karim"}


def test_nobody_changes_what_is_not_theirs(scene: Scene) -> None:
    press_all(scene, (*PRIVATE_PRESSES, "conversation", "agreement", "review-plan", "group", "follow-up-talk"))
    faults: list[str] = []
    mette = scene.client("mette")
    mette.get("/")
    with nothing_changes(faults, "Mette"):  # the counters do count
        mette.post(reverse("take-back-offer", kwargs=arguments(scene, "take-back-offer")))
    assert "Mette: wrote to udbytte_helpoffer" in faults


def test_a_conversation_with_the_former_manager_stays_with_the_two(scene: Scene) -> None:
    url = reverse("conversation", args=[scene.things["former"].pk])
    read = {who for who in INSIDE if "KanarieConversationNotesFormer" in text_of(scene.client(who).get(url))}
    assert read == WORDS["notes of a conversation with the former manager"]


def test_emails_their_links_and_calendars_say_only_what_their_reader_may_read(scene: Scene) -> None:
    follow_up(on=TODAY)
    names = {person.pk: who for who, person in scene.people.items()}
    faults, links = [], 0
    for email in Email.objects.order_by("pk"):
        who = names[email.person_id]
        text = f"{email.subject} {email.text} {email.html} {email.calendar}"
        faults += [f"email {email.kind} to {who}: {word}" for word in may_read(who, CANARY.findall(text))]
        for address in set(LINK.findall(email.text)):
            links += 1
            words = CANARY.findall(text_of(Client().get(address)))
            faults += [f"link of {email.kind} to {who}: {word}" for word in may_read(who, words)]
    for who in INSIDE:
        client = scene.client(who)
        client.post(reverse("new-feed"))
        for address in set(re.findall(r"/kalender/[^\s\"<>]+\.ics", text_of(client.get(reverse("preferences"))))):
            words = CANARY.findall(text_of(Client().get(address)))
            faults += [f"calendar of {who}: {word}" for word in may_read(who, words)]
    assert not faults, "\n".join(faults)
    assert links > 1


@pytest.mark.prove
def test_every_page_as_everybody(scene: Scene) -> None:
    pages = sorted(set(PAGES) - {"demo"})
    seen = read_all(scene, pages)
    shown = {word: WORDS[group] for word, group in CANARIES.items() if word not in NOT_SHOWN}
    del shown["KanarieConversationNotesFormer"]  # a test of its own
    assert {word: seen[word] for word in shown} == shown


@pytest.mark.prove
def test_every_page_as_a_part_and_in_english(scene: Scene) -> None:
    read_all(scene, sorted(set(PAGES) - {"demo"}), **{"hx-request": "true", "accept-language": "en"})


@pytest.mark.prove
def test_every_form_as_everybody_who_may_not(scene: Scene) -> None:
    press_all(scene, [*sorted(PRESSES), *sorted(set(PAGES) - {"demo"})], list(Event))


def test_every_address_that_takes_a_form_or_needs_no_login_is_in_the_table() -> None:
    assert (set(PRESSES), set(STRANGERS)) == (POSTED, OPEN)


def test_the_table_in_the_manual_is_fresh() -> None:
    assert in_the_manual() == as_markdown(), "run: .venv/bin/python -m tests.attack"
