"""Somebody who has left fetches everything with a code; HR starts it and sees nothing of the content."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.browsing import enter, sent
from tests.cast import TODAY, Cast
from tests.services.privacy.leaver import WORD, leave, write_about_mette
from udbytte.models import AuditEntry, AuditKind, Email, Handout
from udbytte.services.privacy.handouts import MOST_TRIES, end_old_handouts

pytestmark = pytest.mark.django_db
PRIVATE = "mette@privat.example"
YESTERDAY = TODAY - timedelta(days=1)


def start(cast: Cast, **changes: str) -> int:
    """What HR's press answers; Mette has left."""
    facts = {"handout-person": f"#{cast.mette.pk}", "handout-to": PRIVATE, "handout-again": PRIVATE} | changes
    response = enter(cast.hanne).post(reverse("privacy-desk"), {"do": "handout"} | facts)
    assert WORD not in response.content.decode()
    return response.status_code


def link_and_code() -> tuple[str, str]:
    (message,) = [each for each in sent() if each.to == [PRIVATE]]
    path = re.search(r"https?://[^/]+(/udlevering/\S+)", str(message.body))
    code = re.search(r"[A-Z]{5}-[A-Z]{5}", str(message.body))
    assert path and code
    return path[1], code[0]


def left(cast: Cast) -> None:
    write_about_mette(cast)
    leave(cast, YESTERDAY)


def test_who_has_left_fetches_it_once_with_the_code(cast: Cast) -> None:
    left(cast)
    assert start(cast) == 302
    path, code = link_and_code()
    browser = Client()
    assert "koden" in browser.get(path).content.decode()
    response = browser.post(path, {"code": code.lower().replace("-", " ")})
    assert "no-store" in response["Cache-Control"]
    file = ZipFile(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    assert f"{WORD}: noter" in file.read("mine-oplysninger.json").decode()
    assert browser.post(path, {"code": code}).status_code == 410
    handout = Handout.objects.get()
    assert (handout.to, handout.code, handout.fetched_at is not None) == ("", "", True)
    assert not Email.objects.filter(to=PRIVATE).exists()
    kinds = [AuditKind.HANDOUT, AuditKind.HANDOUT_FETCHED]
    noted = AuditEntry.objects.filter(kind__in=kinds).order_by("pk")
    assert [(entry.kind, entry.by_id, entry.about_id) for entry in noted] == [
        (AuditKind.HANDOUT, cast.hanne.pk, cast.mette.pk),
        (AuditKind.HANDOUT_FETCHED, None, cast.mette.pk),
    ]


def test_after_five_wrong_codes_the_right_one_opens_nothing(cast: Cast) -> None:
    left(cast)
    start(cast)
    path, code = link_and_code()
    statuses = [Client().post(path, {"code": "BBBBB-BBBBB"}).status_code for _try in range(MOST_TRIES)]
    assert statuses == [422] * (MOST_TRIES - 1) + [410]
    assert Client().post(path, {"code": code}).status_code == 410
    assert AuditEntry.objects.filter(kind=AuditKind.HANDOUT_FAILED, about=cast.mette).count() == MOST_TRIES


def test_after_seven_days_it_is_over_and_the_address_is_forgotten(cast: Cast) -> None:
    left(cast)
    start(cast)
    path, code = link_and_code()
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert Client().post(path, {"code": code}).status_code == 410
        assert end_old_handouts(timezone.now()) == 1
    assert Handout.objects.get().to == ""


def test_a_new_handout_ends_the_one_before_and_hr_can_end_it(cast: Cast) -> None:
    left(cast)
    start(cast)
    path, code = link_and_code()
    mail.outbox.clear()
    assert start(cast) == 302
    assert Client().post(path, {"code": code}).status_code == 410
    path, code = link_and_code()
    handout = Handout.objects.get(ended_at__isnull=True)
    enter(cast.hanne).post(reverse("privacy-desk"), {"do": f"end-{handout.pk}"})
    assert Client().post(path, {"code": code}).status_code == 410


@pytest.mark.parametrize(
    "changes",
    [
        {"handout-again": "mette@andet.example"},
        {"handout-to": "hanne@example.test", "handout-again": "hanne@example.test"},  # HR's own
        {"handout-person": "Lars Hansen"},  # he works here
    ],
)
def test_the_address_is_typed_twice_and_is_nobody_elses(cast: Cast, changes: dict[str, str]) -> None:
    left(cast)
    assert start(cast, **changes) == 422
    assert not Handout.objects.exists()


def test_another_link_or_code_opens_nothing(cast: Cast) -> None:
    left(cast)
    start(cast)
    path, _code = link_and_code()
    assert Client().get("/udlevering/xyz/").status_code == 404
    assert Client().post(path, {"code": ""}).status_code == 422
