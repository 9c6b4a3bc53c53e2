"""`udbytte followup`: what it prints, and that a preview writes nothing."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from tests.cast import TODAY, make_cast
from udbytte.models import Email, FollowUpRun, Notification, Person

pytestmark = pytest.mark.django_db


def followup(*options: str) -> str:
    out = StringIO()
    call_command("followup", "--on", TODAY.isoformat(), *options, stdout=out)
    return out.getvalue()


def test_a_preview_names_who_is_told_and_who_is_skipped_and_writes_nothing() -> None:
    cast = make_cast()
    cast.agree(planned_from=date(2026, 6, 1), planned_to=date(2026, 6, 1), on=date(2026, 2, 2))
    Person.objects.filter(pk=cast.bente.pk).update(wants_mail=False)
    before = (Notification.objects.count(), Email.objects.count())
    said = json.loads(followup("--preview", "--json"))
    assert {"person": "Bente Hansen", "kind": "late"} in said["notified"]
    assert {"person": "Bente Hansen", "why": "wants no emails"} in said["skipped"]
    assert (Notification.objects.count(), Email.objects.count()) == before
    assert not FollowUpRun.objects.exists()


def test_it_says_what_it_did_and_the_second_time_that_nothing_was_left() -> None:
    make_cast().agree(planned_from=date(2026, 6, 1), planned_to=date(2026, 6, 1), on=date(2026, 2, 2))
    first = json.loads(followup("--json"))
    assert first["notifications"]["late"] == 1 and first["emails"] > 0
    again = json.loads(followup("--json"))
    assert again["notifications"] == {} and again["emails"] == 0
