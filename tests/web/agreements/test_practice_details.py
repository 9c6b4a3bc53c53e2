"""The pages of learning in practice: the cures, the talk, what is seen, and what a helper reads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.services.practice.test_helping import asked, shared_way, under_way, with_a_plan
from udbytte.domain.lifecycle import Event, Kind
from udbytte.emails.messages import extra
from udbytte.models import Agreement, Notification, Observation, Outcome
from udbytte.services.agreements.attachments import write_observation
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted

pytestmark = pytest.mark.django_db
NO = {"happens": False, "learns": False}


def page(cast: Cast, who: str, agreement: Agreement) -> str:
    return enter(getattr(cast, who)).get(reverse("agreement", args=[agreement.pk])).content.decode()


def test_a_no_shows_what_can_be_done_to_the_two_and_a_yes_does_not(cast: Cast) -> None:
    a = take_step(under_way(cast), Event.CHECK_IN, by=cast.mette, on=date(2026, 5, 5), facts=NO)
    assert 'id="cures"' in page(cast, "mette", a) and 'id="cures"' in page(cast, "lars", a)
    assert 'id="cures"' not in page(cast, "karim", a)
    a = take_step(a, Event.CHECK_IN, by=cast.mette, on=date(2026, 6, 5), happens=True, learns=True)
    assert 'id="cures"' not in page(cast, "mette", a)


def test_what_does_not_happen_twice_stands_on_the_managers_page_with_two_questions(cast: Cast) -> None:
    a = under_way(cast)
    for day in (date(2026, 5, 5), date(2026, 6, 2)):
        a = take_step(a, Event.CHECK_IN, by=cast.mette, on=day, facts=NO)
    client = enter(cast.lars)
    assert "Tag en snak om, hvad der er i vejen" in client.get(reverse("team")).content.decode()
    review = client.get(reverse("team-review")).content.decode()
    assert "Tag en snak om, hvad der er i vejen" in review and review.count("<li>Hvad k") == 2
    said = {"event": "talk_stuck", "turn": a.turn, "line": "Fast tid om tirsdagen"}
    assert client.post(reverse("team-review-press", args=[a.pk]), said).status_code == 302
    a.refresh_from_db()
    assert (a.stage, a.step_owner) == ("under_way", cast.mette)
    assert "Fast tid om tirsdagen" in page(cast, "mette", a)


def test_a_helper_asked_in_the_middle_gets_the_question_first(cast: Cast) -> None:
    a = take_step(asked(cast), Event.ACCEPT, by=cast.karim, on=TODAY)
    a = take_step(a, Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=cast.jonas, hours=4)
    seen = page(cast, "jonas", a)
    assert "Kan du hjælpe?" in seen and 'value="accept"' in seen and 'value="decline"' in seen
    assert "Kan du hjælpe?" not in page(cast, "karim", a) and 'value="accept"' not in page(cast, "karim", a)
    client = enter(cast.jonas)
    sent = client.post(reverse("agreement", args=[a.pk]), {"event": "accept", "turn": a.turn})
    assert sent.status_code == 302 and a.helpers.filter(person=cast.jonas, said_yes=True).exists()


def test_the_letter_to_who_is_asked_says_what_it_means_in_hours(cast: Cast) -> None:
    a = take_step(asked(cast), Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=cast.jonas, hours=4)
    notification = Notification.objects.get(person=cast.jonas)
    email = extra(cast.jonas, notifications=[notification], steps=[], on=TODAY)
    assert email is not None and "cirka 4 timer i alt" in email.text and email.text.count("/svar/") == 3
    take_step(a, Event.WITHDRAW, by=cast.mette, on=TODAY)
    assert extra(cast.jonas, notifications=[Notification.objects.get(pk=notification.pk)], steps=[], on=TODAY) is None
    assert not mail.outbox


def test_a_helper_reads_title_purpose_and_dates_and_nothing_else(cast: Cast) -> None:
    a = cast.agree(Kind.PRACTICE, purpose="Lær mig at lede mødet", if_then="HEMMELIGT", turn_to="HEMMELIG CHEF")
    a = take_step(a, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim, others=[cast.jonas])
    a = take_step(a, Event.ACCEPT, by=cast.karim, on=TODAY)
    seen = page(cast, "karim", a)
    assert "Lær mig at lede mødet" in seen and "HEMMELIG" not in seen and "Jonas" not in seen


def test_a_yes_to_learning_along_asks_what_one_wants_to_learn(cast: Cast) -> None:
    with_a_plan(cast, "Karim")
    a = asked(cast, method=shared_way())
    client, url = enter(cast.karim), reverse("agreement", args=[a.pk])
    assert client.post(url, {"event": "accept", "turn": a.turn}).status_code == 422
    said = {"event": "accept", "turn": a.turn, "wants": "Bedre overlevering"}
    assert client.post(url, said).status_code == 302
    own = Agreement.objects.get(employee=cast.karim)
    assert "Mette" in page(cast, "karim", own) and "Bedre overlevering" not in page(cast, "mette", a)


def finished(cast: Cast) -> Agreement:
    return take_step(under_way(cast), Event.FINISH, by=cast.mette, on=date(2026, 6, 1))


def test_the_outcome_tells_what_was_in_the_way_and_whether_others_may_read_it(cast: Cast) -> None:
    a = finished(cast)
    said = {"event": "tell", "turn": a.turn, "learned": "Jeg spørger først", "newness": "much", "in_use": "daily"}
    more = {"hindrances": ["time", "help"], "recommends": "yes", "shared": "on"}
    client = enter(cast.mette)
    assert client.post(reverse("agreement", args=[a.pk]), said | {"hindrances": ["weather"]}).status_code == 422
    assert client.post(reverse("agreement", args=[a.pk]), said | more).status_code == 302
    outcome = Outcome.objects.get(agreement=a)
    assert (outcome.hindrances, outcome.recommends, outcome.shared) == (["time", "help"], True, True)
    assert "der var ikke tid" in page(cast, "lars", a)


def test_manager_and_helper_add_what_they_see_once_each_and_the_employee_is_told(cast: Cast) -> None:
    a = finished(cast)
    for who in ("lars", "karim"):
        client = enter(getattr(cast, who))
        client.post(reverse("observe", args=[a.pk]), {"text": f"Set af {who}"})
        client.post(reverse("observe", args=[a.pk]), {"text": f"Set igen af {who}"})
    assert set(Observation.objects.values_list("text", flat=True)) == {"Set igen af lars", "Set igen af karim"}
    assert Notification.objects.filter(person=cast.mette, kind="observation").count() == 2
    assert "Set igen af karim" in page(cast, "mette", a) and "Set igen af lars" not in page(cast, "karim", a)


@pytest.mark.parametrize("who", ["mette", "jonas", "hanne", "dorthe"])
def test_nobody_else_writes_what_they_see(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        write_observation(finished(cast), text="Jeg så det", by=getattr(cast, who), on=TODAY)


def test_nothing_is_seen_of_what_is_not_done(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        write_observation(under_way(cast), text="Jeg så det", by=cast.lars, on=TODAY + timedelta(days=40))
