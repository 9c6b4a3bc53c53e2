"""A manager writes down an answer in a talk; the employee says yes on a page or behind the link, or corrects it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.services.agreements.test_written_answers import to_tell, written
from udbytte.access.links import WrittenLink
from udbytte.emails.messages import digest
from udbytte.models import Agreement, Email, Notification, Outcome, WrittenAnswer
from udbytte.services.agreements.written_answers import decline_written_answer
from udbytte.services.notifications.write import write_urgent_emails

pytestmark = pytest.mark.django_db
CARD = "Lars Hansen har skrevet dit svar ned efter jeres samtale. Passer det?"
POSTED = {"event": "tell", "learned": "Jeg spørger <først>", "newness": "much", "in_use": "daily"}


def write(cast: Cast, agreement: Agreement, who: str = "lars", **changes: str) -> int:
    data = POSTED | {"turn": str(agreement.turn)} | changes
    return enter(getattr(cast, who)).post(reverse("write-down", args=[agreement.pk]), data).status_code


def test_a_manager_writes_it_down_and_the_employee_says_yes_on_the_first_page(cast: Cast) -> None:
    agreement = to_tell(cast)
    page = enter(cast.lars).get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert "Skriv ned, hvad I talte om" in page and "Skriv ned, hvad Mette har lært" in page
    assert 'name="shared"' not in page
    assert write(cast, agreement) == 302
    page = enter(cast.lars).get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert "Skrevet ned, og venter på et ja fra Mette" in page and not Outcome.objects.exists()

    mette = enter(cast.mette)
    home = mette.get("/").content.decode()
    assert CARD in home and "Jeg spørger &lt;først&gt;" in home
    assert CARD in mette.get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert mette.post(reverse("answer-written", args=[agreement.pk]), {"right": "yes"}).status_code == 302
    assert Outcome.objects.get().learned == "Jeg spørger <først>"
    for who in (cast.mette, cast.lars):
        page = enter(who).get(reverse("agreement", args=[agreement.pk])).content.decode()
        assert page.lower().count("skrevet af lars i samtale med mette") == 2  # at the outcome and in the history
    assert CARD not in mette.get("/").content.decode()


def test_nobody_else_writes_or_answers(cast: Cast) -> None:
    agreement = to_tell(cast)
    assert [write(cast, agreement, who) for who in ("mette", "dorthe", "bente", "karim", "hanne", "jonas")] == [404] * 6
    assert not WrittenAnswer.objects.exists()
    written(cast, agreement)
    url = reverse("answer-written", args=[agreement.pk])
    for who in ("lars", "dorthe", "bente", "hanne", "jonas"):
        assert enter(getattr(cast, who)).post(url, {"right": "yes"}).status_code == 404
    assert not Outcome.objects.exists()


def test_a_missing_fact_and_a_stale_page_keep_what_was_typed(cast: Cast) -> None:
    agreement = to_tell(cast)
    url = reverse("write-down", args=[agreement.pk])
    response = enter(cast.lars).post(url, POSTED | {"turn": agreement.turn, "newness": ""})
    assert response.status_code == 422 and "Jeg spørger &lt;først&gt;" in response.content.decode()
    response = enter(cast.lars).post(url, POSTED | {"turn": agreement.turn - 1})
    assert response.status_code == 422 and "Jeg spørger &lt;først&gt;" in response.content.decode()
    assert not WrittenAnswer.objects.exists()


def test_the_link_needs_no_login_and_a_get_changes_nothing(cast: Cast) -> None:
    row = written(cast, to_tell(cast))
    url = WrittenLink(cast.mette.pk, row.pk, TODAY).path
    page = Client().get(url)
    assert page.status_code == 200 and CARD in page.content.decode() and WrittenAnswer.objects.get().is_open
    assert Client().get(WrittenLink(cast.jonas.pk, row.pk, TODAY).path).status_code == 410
    assert Client().get(WrittenLink(cast.lars.pk, row.pk, TODAY).path).status_code == 410
    assert Client().get(WrittenLink(cast.mette.pk, row.pk, TODAY - timedelta(days=31)).path).status_code == 410
    assert Client().post(url, {"right": "yes"}).status_code == 200
    assert Outcome.objects.get().learned == "Jeg spørger først"
    assert Client().post(url, {"right": "yes"}).status_code == 410


def test_a_no_leads_to_the_own_answer_filled_with_what_was_written(cast: Cast) -> None:
    agreement = to_tell(cast)
    row = written(cast, agreement)
    mette = enter(cast.mette)
    own = mette.get(f"{reverse('agreement', args=[agreement.pk])}?event=tell").content.decode()
    assert own.count("Jeg spørger først") == 2  # in the card, and in the form that is to be corrected
    response = Client().post(WrittenLink(cast.mette.pk, row.pk, TODAY).path, {"right": "no"})
    assert response.status_code == 200 and "Svar selv" in response.content.decode()
    row.refresh_from_db()
    assert row.declined_on == TODAY and not Outcome.objects.exists()
    page = enter(cast.lars).get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert "Mette siger, at det ikke passer" in page


def test_the_email_says_what_was_written_and_not_when_it_is_answered(cast: Cast) -> None:
    row = written(cast, to_tell(cast))
    Notification.objects.exclude(kind="written").delete()
    Email.objects.all().delete()
    assert write_urgent_emails(on=TODAY) == 1
    email = Email.objects.get()
    assert email.person == cast.mette and "Jeg spørger først" in email.text
    assert WrittenLink(cast.mette.pk, row.pk, TODAY).path in email.text
    assert "Mentor i dokumentation" not in email.subject  # no free title

    agreement = Agreement.objects.get(pk=row.agreement_id)
    again = written(cast, agreement)
    enter(cast.mette).post(reverse("answer-written", args=[agreement.pk]), {"right": "no"})
    again.refresh_from_db()
    assert again.declined_on and write_urgent_emails(on=TODAY + timedelta(days=1)) == 0


def test_a_weekly_email_asks_once(cast: Cast) -> None:
    row = written(cast, to_tell(cast))
    agreement = Agreement.objects.select_related("employee", "employment", "unit").get(pk=row.agreement_id)
    notifications = list(Notification.objects.filter(kind="written"))
    composed = digest(cast.mette, notifications=notifications, steps=[agreement], on=TODAY)
    assert composed is not None and composed.text.count("* ") == 1 and "Jeg spørger først" in composed.text
    decline_written_answer(row, by=cast.mette, on=TODAY)
    composed = digest(cast.mette, notifications=notifications, steps=[agreement], on=TODAY)
    assert composed is not None and composed.text.count("* ") == 1 and "Jeg spørger først" not in composed.text
