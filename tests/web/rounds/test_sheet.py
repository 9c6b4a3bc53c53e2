"""The round on one sheet for a unit, and the kick-off invitation that goes with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.models import Email, Round
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.rounds.rules import add_to_rules, plan_kickoff

pytestmark = pytest.mark.django_db


def ready(cast: Cast) -> str:
    Round.objects.filter(pk=cast.round.pk).update(procedure="En time i ro.", money="Spørg Lars.")
    add_to_rules(cast.round, cast.kindergarten, "Vi taler også om haven.", by=cast.lars, on=TODAY)
    return f"/runder/{cast.round.pk}/ark/{cast.kindergarten.pk}/"


def test_a_leader_has_dates_rules_money_what_to_bring_and_the_ways_on_one_sheet(cast: Cast) -> None:
    address, leader = ready(cast), enter(cast.lars)
    page = leader.get(address).content.decode()
    for text in (
        "Meldt ud: ", "1. Hvad skal samtalerne bruges til", "En time i ro.", "Spørg Lars.", "Vi taler også om haven.",
        "Børnehuset Mælkebøtten har 20.000 kr. i runden.", "Det skal du have med", "Kollegial supervision",
    ):  # fmt: skip
        assert text in page, text
    assert "Inviter enheden til opstartsmøde" in page
    pdf = leader.get(f"{address}ark.pdf")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF-") and b"pdfuaid" in pdf.content


def test_an_amount_that_is_not_published_stands_on_no_sheet(cast: Cast) -> None:
    address = ready(cast)
    cast.round.budgets.update(published_on=None)
    page = enter(cast.lars).get(address).content.decode()
    assert "20.000" not in page and "Lederen kan selv sige ja" in page


def test_those_who_are_invited_get_the_agenda_by_email_and_the_sheet_as_a_pdf(cast: Cast) -> None:
    ready(cast)
    at = timezone.now() + timedelta(days=9)
    meeting = plan_kickoff(
        cast.round, cast.kindergarten, planned_at=at, minutes=60, place="Stuen", agenda="1. Haven\n2. Pengene",
        by=cast.lars, on=TODAY,
    )  # fmt: skip
    follow_up(on=TODAY)
    text = Email.objects.filter(person=cast.mette).latest("pk").text
    assert "1. Haven" in text and "2. Pengene" in text and "Tag med: " in text
    assert f"/opstart/{meeting.pk}/invitation.pdf" in text
    assert enter(cast.mette).get(f"/opstart/{meeting.pk}/invitation.pdf").content.startswith(b"%PDF-")
    assert enter(cast.jonas).get(f"/opstart/{meeting.pk}/invitation.pdf").status_code == 404
    assert "Det skal du have med" in enter(cast.mette).get(f"/opstart/{meeting.pk}/").content.decode()
