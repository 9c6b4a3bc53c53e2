"""HR's page about personal data: limits, holds and the notice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.browsing import enter, logged_in_at
from tests.cast import TODAY, Cast, make_person
from udbytte.domain.privacy import LIMITS, Record
from udbytte.models import AuditEntry, AuditKind, LegalHold, NoticeSeen, PreparationQuestion, PrivacyNotice
from udbytte.queries.privacy.retention import months_by_record

pytestmark = pytest.mark.django_db
GO_ON = "Gå videre til forberedelsen"


def post(client: Client, do: str, **facts: object) -> int:
    data = {"do": do} | {f"{do}-{name}": value for name, value in facts.items()}
    return client.post(reverse("privacy-desk"), data).status_code


def months(**changes: int) -> dict[str, int]:
    return {record.value: limit.months for record, limit in LIMITS.items()} | changes


def test_hr_chooses_limits_within_bounds_and_people_are_told_anew(cast: Cast) -> None:
    hanne = enter(cast.hanne)
    assert post(hanne, "limits", **months(conversation=6)) == 422
    assert post(hanne, "limits", **months(conversation=24)) == 302
    assert months_by_record()[Record.CONVERSATION] == 24
    assert PrivacyNotice.objects.get().limits["conversation"] == 24
    assert "2 år efter samtalen" in hanne.get(reverse("privacy-notice")).content.decode()


def test_a_fresh_login_is_asked_for(cast: Cast) -> None:
    old = logged_in_at(enter(cast.hanne), cast.hanne, timezone.now() - timedelta(hours=1))
    assert post(old, "limits", **months(conversation=24)) == 403


def test_a_hold_is_placed_and_lifted_with_a_reason_and_noted(cast: Cast) -> None:
    hanne = enter(cast.hanne)
    assert post(hanne, "hold", person="Mette Hansen", unit="", reason="") == 422
    assert post(hanne, "hold", person="", unit="", reason="Sag") == 422
    assert post(hanne, "hold", person="Mette Hansen", unit="", reason="Klagesag 12") == 302
    assert post(hanne, "hold", person="Mette Hansen", unit="", reason="Igen") == 422
    assert post(hanne, "hold", person="", unit="Børn og Unge", reason="Undersøgelse") == 302
    hold = LegalHold.objects.get(person=cast.mette)
    assert post(hanne, f"lift-{hold.pk}") == 302
    assert post(hanne, f"lift-{hold.pk}") == 302  # a second press
    hold.refresh_from_db()
    assert (hold.lifted_on, hold.lifted_by) == (TODAY, cast.hanne)
    noted = AuditEntry.objects.filter(kind__in=[AuditKind.HOLD, AuditKind.HOLD_LIFTED]).order_by("pk")
    assert [(entry.kind, entry.about_id) for entry in noted] == [
        (AuditKind.HOLD, cast.mette.pk),
        (AuditKind.HOLD, None),
        (AuditKind.HOLD_LIFTED, cast.mette.pk),
    ]
    assert all("Klagesag" not in str(entry.facts) for entry in noted)


def test_the_notice_is_seen_once_before_the_preparation_and_again_after_a_new_version(cast: Cast) -> None:
    PreparationQuestion.objects.create(round=cast.round, position=1, asked="both", text_da="Hvad?", text_en="What?")
    mette, page = enter(cast.mette), reverse("conversation", args=[cast.conversation.pk])
    assert GO_ON not in mette.get(page).content.decode()  # the cast has gone on from version 0
    facts = {"contact": "dpo@engby.example", "addition": "Hjemmel: databeskyttelsesloven § 12."}
    assert post(enter(cast.hanne), "notice", **facts) == 302
    assert post(enter(cast.hanne), "notice", **facts) == 302
    assert PrivacyNotice.objects.count() == 1  # the same text is no new version
    shown = mette.get(page).content.decode()
    assert GO_ON in shown
    assert "dpo@engby.example" in shown
    going_on = mette.post(reverse("notice-seen"), {"next": f"{page}#prepare"})
    assert (going_on.status_code, going_on["Location"]) == (302, f"{page}#prepare")
    assert GO_ON not in mette.get(page).content.decode()
    assert NoticeSeen.objects.get(person=cast.mette, number=1).on == TODAY
    assert GO_ON in enter(cast.lars).get(page).content.decode()


def test_going_on_leads_nowhere_else(cast: Cast) -> None:
    for following in ("https://evil.example/", "//evil.example", ""):
        assert enter(cast.mette).post(reverse("notice-seen"), {"next": following})["Location"] == "/"


def test_who_is_not_in_the_conversation_sees_the_notice_on_its_page(cast: Cast) -> None:
    newcomer = make_person("Nynne")
    assert "Hvad der gemmes" in enter(newcomer).get(reverse("privacy-notice")).content.decode()
