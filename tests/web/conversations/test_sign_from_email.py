"""The plan in words, signing it on the page or from the email, and the PDF."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.services.conversations.test_plan import FACTS
from udbytte.access.links import SignatureLink
from udbytte.models import DevelopmentPlan, Email, Notification
from udbytte.queries.conversations.texts import mark_of_plan
from udbytte.services.conversations import plan as services
from udbytte.services.errors import Refused
from udbytte.services.notifications.write import write_emails

pytestmark = pytest.mark.django_db


def a_plan(cast: Cast) -> DevelopmentPlan:
    goal = services.add_goal(cast.plan, text="Kunne lede et møde", sign="Lars er med", by=cast.mette, on=TODAY)
    services.add_agreement_to_plan(cast.plan, by=cast.lars, on=TODAY, **FACTS | {"goal": goal})
    return cast.plan


def fresh(plan: DevelopmentPlan) -> DevelopmentPlan:
    return DevelopmentPlan.objects.get(pk=plan.pk)


def test_the_plan_is_read_back_with_each_next_step_its_owner_and_its_date(cast: Cast) -> None:
    a_plan(cast)
    page = enter(cast.mette).get(reverse("review-plan", args=[cast.conversation.pk]))
    goal = page.context["plan_text"].goals[0]
    assert (goal.text, goal.sign) == ("Kunne lede et møde", "Lars er med")
    (one,) = goal.agreements
    agreement = cast.plan.agreements.get()
    assert one.title == "Tegn til tale"
    assert agreement.get_step_display() in one.next and "Bente" in one.next and "2026" in one.next
    assert one.next in page.content.decode()


def test_a_plan_that_reads_otherwise_than_what_was_seen_is_not_signed(cast: Cast) -> None:
    plan = a_plan(cast)
    seen = mark_of_plan(plan)
    services.add_goal(plan, text="Et mål til", by=cast.lars, on=TODAY)
    with pytest.raises(Refused):
        services.sign_plan(plan, by=cast.mette, on=TODAY, seen=seen)
    assert fresh(plan).employee_signed_on is None
    assert services.sign_plan(plan, by=cast.mette, on=TODAY, seen=mark_of_plan(plan)).employee_signed_on == TODAY


def test_the_other_signs_from_the_letter_and_both_are_told_where_the_plan_is(cast: Cast) -> None:
    plan = a_plan(cast)
    services.sign_plan(plan, by=cast.lars, on=TODAY)
    write_emails(on=TODAY)
    email = Email.objects.get(person=cast.mette)
    found = re.search(r"/underskriv/[^/\s]+/", email.text)
    assert found is not None
    client = Client()
    page = client.get(found[0]).content.decode()
    assert "Kunne lede et møde" in page and fresh(plan).employee_signed_on is None
    assert client.post(found[0]).status_code == 200
    assert fresh(plan).signed_text is not None
    assert client.get(found[0]).status_code == 410
    told = Notification.objects.filter(kind="signed").values_list("person__given_name", flat=True)
    assert set(told) == {"Mette", "Lars"}


def test_a_link_signs_what_was_read_for_the_person_it_was_written_to_within_its_days(cast: Cast) -> None:
    plan = a_plan(cast)
    mark = mark_of_plan(plan)
    made: dict[str, Any] = {"plan_id": plan.pk, "mark": mark, "made_on": TODAY}
    client = Client()
    own = SignatureLink(cast.mette.pk, **made).path
    strangers = SignatureLink(cast.jonas.pk, **made).path
    old = SignatureLink(cast.mette.pk, plan.pk, mark, TODAY - timedelta(days=31))
    assert client.get(own[:-4] + "xxx/").status_code == 404
    assert client.get(old.path).status_code == 410
    assert client.post(strangers).status_code == 410
    services.add_goal(plan, text="Et mål til", by=cast.lars, on=TODAY)
    changed = client.post(own)
    assert changed.status_code == 410 and "Kunne lede" not in changed.content.decode()
    assert fresh(plan).employee_signed_on is None


def test_a_plan_signed_again_after_a_change_asks_again_the_same_day(cast: Cast) -> None:
    plan = a_plan(cast)
    services.sign_plan(plan, by=cast.lars, on=TODAY)
    services.add_goal(plan, text="Et mål til", by=cast.mette, on=TODAY)
    services.sign_plan(plan, by=cast.lars, on=TODAY)
    assert Notification.objects.filter(kind="sign", person=cast.mette).count() == 2


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_plan_on_paper_is_tagged_in_its_language_and_reads_as_data(cast: Cast, language: str) -> None:
    plan = a_plan(cast)
    services.change_goal(plan.goals.get(), text='#panic("x") *fed* $1 [[', by=cast.mette, on=TODAY)
    cast.mette.language = language
    cast.mette.save()
    for signs in ((), (cast.mette, cast.lars)):
        for person in signs:
            services.sign_plan(plan, by=person, on=TODAY)
        answer = enter(cast.mette).get(reverse("plan-paper", args=[plan.pk]))
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
        made = answer.content
        assert made.startswith(b"%PDF-") and b"StructTreeRoot" in made and b"pdfuaid:part>1" in made
        assert f"/Lang({language})".encode() in made.replace(b"/Lang (", b"/Lang(")


def test_the_paper_is_for_the_two(cast: Cast) -> None:
    url = reverse("plan-paper", args=[a_plan(cast).pk])
    assert enter(cast.lars).get(url).status_code == 200
    for person in (cast.karim, cast.dorthe, cast.bente, cast.hanne, cast.soren, cast.jonas):
        assert enter(person).get(url).status_code == 404
