"""My data: what there is, the ZIP with all that I may read and nothing else, and notes beside a signed plan."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.browsing import enter, logged_in_at
from tests.cast import TODAY, Cast
from tests.services.privacy.leaver import WORD, write_about_mette
from udbytte.models import AuditEntry, AuditKind, LegalHold, Person, PlanNote
from udbytte.services.people.audit import note

pytestmark = pytest.mark.django_db


def fetched(client: Client) -> ZipFile:
    response = client.post(reverse("own-data-file"))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    return ZipFile(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]


def rows_in(file: ZipFile) -> dict[str, Any]:
    rows: dict[str, Any] = json.loads(file.read("mine-oplysninger.json"))
    return rows


def test_the_file_has_everything_that_i_may_read(cast: Cast) -> None:
    write_about_mette(cast)
    note(AuditKind.PLAN, by=cast.lars, about=cast.mette, on=TODAY)
    file = fetched(enter(cast.mette))
    names = [name.split("/")[0] for name in file.namelist()]
    assert sorted(names) == ["filer", "laes-mig.txt", "mine-oplysninger.json", "planer"]
    pdf = next(name for name in file.namelist() if name.startswith("planer/"))
    assert file.read(pdf).startswith(b"%PDF-")
    rows = rows_in(file)
    assert rows["udbytte.Conversation"]["about_you"][0]["notes"] == f"{WORD}: noter"
    assert [row["notes"] for row in rows["udbytte.Preparation"]["about_you"]] == [f"{WORD}: kun Mette"]
    assert {row["text"] for row in rows["udbytte.Observation"]["about_you"]} == {f"{WORD}: set"}
    assert rows["udbytte.AuditEntry"]["about_you"][0]["by"] == "Lars Hansen"
    assert len(rows["udbytte.Agreement"]["about_you"]) == 2
    assert "password" not in rows["udbytte.Person"]["about_you"][0]


def test_the_file_has_no_notes_of_others_that_i_may_not_read(cast: Cast) -> None:
    write_about_mette(cast)
    LegalHold.objects.create(person=cast.mette, reason=f"{WORD}: sag", placed_by=cast.hanne, placed_on=TODAY)
    text = fetched(enter(cast.mette)).read("mine-oplysninger.json").decode()
    for unread in ("kun Lars", "svar af Lars", "lagt til side af Lars", f"{WORD}: sag"):
        assert unread not in text
    assert "svar af Mette" in text


def test_a_managers_file_has_days_but_no_text_of_the_employee(cast: Cast) -> None:
    write_about_mette(cast)
    file = fetched(enter(cast.lars))
    rows = rows_in(file)
    text = json.dumps(rows, ensure_ascii=False)
    assert "svar af Mette" not in text
    assert f"{WORD}: noter" not in text
    assert f"{WORD}: mål" not in text
    assert f"{WORD}: kun Lars" in text  # his own
    (held,) = rows["udbytte.Conversation"]["done_by_you_for_others"]
    assert (held["you_are"], held["held_on"], "notes" in held) == (["manager"], TODAY.isoformat(), False)


def test_a_strangers_file_has_nothing_of_mette(cast: Cast) -> None:
    write_about_mette(cast)
    assert WORD not in fetched(enter(cast.jonas)).read("mine-oplysninger.json").decode()


def test_fetching_asks_for_a_fresh_login_and_is_noted(cast: Cast) -> None:
    old = logged_in_at(enter(cast.mette), cast.mette, timezone.now() - timedelta(hours=2))
    assert old.post(reverse("own-data-file")).status_code == 403
    assert not AuditEntry.objects.filter(kind=AuditKind.OWN_DATA).exists()
    fetched(enter(cast.mette))
    assert AuditEntry.objects.get(kind=AuditKind.OWN_DATA).about == cast.mette


def test_the_page_counts_and_says_how_long(cast: Cast) -> None:
    write_about_mette(cast)
    page = enter(cast.mette).get(reverse("own-data")).content.decode()
    assert "3 år efter samtalen" in page
    assert "5 år efter, at du er fratrådt" in page


def test_a_note_stands_beside_a_signed_plan_and_only_the_employee_writes_it(cast: Cast) -> None:
    write_about_mette(cast)
    signed = cast.plan
    signed.refresh_from_db()
    before = signed.signed_text
    mette = enter(cast.mette)
    facts = {"plan": signed.pk, "text": "Kurset var i maj, ikke i juni."}
    assert mette.post(reverse("own-data"), facts).status_code == 302
    assert mette.post(reverse("own-data"), facts).status_code == 302  # a second press
    assert enter(cast.lars).post(reverse("own-data"), facts).status_code == 404
    assert PlanNote.objects.count() == 1
    signed.refresh_from_db()
    assert signed.signed_text == before
    seen = enter(cast.lars).get(reverse("plan-of", args=[cast.employment.pk])).content.decode()
    assert "Kurset var i maj, ikke i juni." in seen
    paper = enter(cast.lars).get(reverse("plan-paper", args=[signed.pk]))
    assert paper.content.startswith(b"%PDF-")


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_rows(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = enter(cast.mette)
    write_about_mette(cast)
    for number in range(8):
        cast.agree(title=f"Kursus {number}")
    assert Person.objects.exists()
    with django_assert_max_num_queries(140):
        client.get(reverse("own-data"))
