"""An agreement's page: where a late step lies, what happens if nobody acts, and what a choice leads to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.stalled import a_day_later, make_late
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CourseRun, Employment, FollowUpRun, Goal, Notification, Person
from udbytte.services.agreements.line import follow_the_line
from udbytte.services.agreements.outlook import outlook_of
from udbytte.services.agreements.routing import announce_routing, apply_routings
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db


def page(person: Person, agreement: Agreement) -> str:
    response = enter(person).get(f"/aftaler/{agreement.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def found(cast: Cast) -> Agreement:
    goal = Goal.objects.create(plan=cast.plan, text="HEMMELIGT MÅL")
    agreement = cast.agree(title="KANARIEFUGL", purpose="HEMMELIGT FORMÅL", if_then="HEMMELIGT NÅR", goal=goal)
    return take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def moved_to_dorthe(cast: Cast) -> Agreement:
    agreement = found(cast)
    make_late([agreement], 28)
    facts = {"owner": cast.dorthe, "level": 2, "days": 28}
    return take_step(agreement, Event.MOVE_ON, by=None, on=TODAY, facts=facts)


def stuck_with_dorthe(cast: Cast) -> Agreement:
    agreement = take_step(
        cast.agree(Kind.PRACTICE, title="KANARIEFUGL"), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="X"
    )
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    agreement = take_step(agreement, Event.GET_STUCK, by=None, on=TODAY)
    make_late([agreement], 14)
    return take_step(agreement, Event.MOVE_ON, by=None, on=TODAY, facts={"owner": cast.dorthe, "level": 1, "days": 14})


def test_it_says_where_the_step_lies_since_when_and_what_comes(cast: Cast) -> None:
    text = page(cast.mette, moved_to_dorthe(cast))
    assert "Den ligger hos Dorthe Hansen nu, fordi der ikke var sket noget i 28 dage (siden mandag 2. marts)." in text
    assert "Sker der ikke noget, går den videre til HR mandag 16. marts" in text


def test_a_step_that_is_to_be_taken_again_says_why(cast: Cast) -> None:
    agreement = take_step(found(cast), Event.MISS_DEADLINE, by=None, on=TODAY)
    assert "Fristen eller kursusdatoen er passeret, så der skal findes et andet hold" in page(cast.bente, agreement)
    agreement = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    assert "Fristen eller kursusdatoen er passeret" not in page(cast.lars, agreement)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    agreement = take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)
    agreement = take_step(agreement, Event.WENT_UNKNOWN, by=None, on=cast.run.ends_on + timedelta(days=70))
    assert "Ingen har sagt, om kurset blev gennemført" in page(cast.mette, agreement)


def test_an_old_refusal_is_not_why_a_date_is_looked_for(cast: Cast) -> None:
    agreement = take_step(found(cast), Event.NOMINATE, by=cast.lars, on=TODAY, reason="EGU")
    agreement = take_step(agreement, Event.REFUSE, by=cast.birgit, on=TODAY, reason="EGU")
    assert "Der blev sagt nej til pengene" in page(cast.bente, agreement)
    agreement = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.MISS_DEADLINE, by=None, on=TODAY)
    assert "Der blev sagt nej til pengene" not in page(cast.bente, agreement)


def test_what_the_manager_refused_says_so(cast: Cast) -> None:
    agreement = take_step(found(cast), Event.REFUSE, by=cast.lars, on=TODAY, reason="EGU")
    assert "Lars Hansen har givet afslag på pengene" in page(cast.bente, agreement)


def test_who_asked_a_silent_helper_reads_why_to_ask_again(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    agreement = take_step(agreement, Event.HELPER_SILENT, by=None, on=TODAY)
    assert "Hjælperen har ikke svaret" in page(cast.mette, agreement)


def test_what_comes_is_what_happens(cast: Cast) -> None:
    """Each day the outlook is right: what it says is what the follow-up does on that day, until the end."""
    agreement = cast.agree()
    make_late([agreement], 1)
    seen: list[tuple[str, date]] = []
    day = TODAY
    while agreement.is_open and day < TODAY + timedelta(days=120):
        outlook = outlook_of(agreement, on=day)
        turn = agreement.turn
        day = a_day_later(day)
        agreement = Agreement.objects.get(pk=agreement.pk)
        if agreement.turn != turn:
            assert outlook is not None and outlook.day == day
            who = "HR" if outlook.to_hr else outlook.to.given_name if outlook.to else str(outlook.ends)
            seen.append((who, day))
    assert [who for who, _day in seen] == ["Lars", "HR", "lapse"]
    assert (seen[-1][1] - TODAY).days <= 66


def test_a_sign_up_deadline_is_what_comes_when_it_comes_first(cast: Cast) -> None:
    """It would go to HR on 16 March."""
    agreement = moved_to_dorthe(cast)
    CourseRun.objects.filter(pk=cast.run.pk).update(signup_deadline=TODAY + timedelta(days=8))
    assert "Sker der ikke noget inden onsdag 11. marts, er det for sent til dette hold" in page(cast.mette, agreement)
    follow_the_line(on=TODAY + timedelta(days=9))
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.log.last().event) == ("agreed", "miss_deadline")  # type: ignore[union-attr]


def test_what_lies_with_hr_is_no_request_to_others(cast: Cast) -> None:
    agreement = found(cast)
    make_late([agreement], 43)
    facts = {"owner": cast.hanne, "level": 3, "days": 43}
    agreement = take_step(agreement, Event.MOVE_ON, by=None, on=TODAY, facts=facts)
    assert "Venter på HR: svar om pengene" in page(cast.mette, agreement)


def test_a_manager_above_reads_person_step_days_and_public_title_and_has_the_choices_of_the_line(cast: Cast) -> None:
    text = page(cast.dorthe, moved_to_dorthe(cast))
    assert "Mette Hansen, Børnehuset Mælkebøtten" in text and "Konflikthåndtering i hverdagen" in text
    assert "Over fristen" in text and "28 dage" in text
    assert "Tilmeldingsfrist" in text and "6.000 kr." in text
    assert 'value="fund"' in text or 'value="nominate"' in text
    assert "KANARIEFUGL" not in text and "HEMMELIGT" not in text
    for event in (Event.POSTPONE, Event.PROPOSE_DROP, Event.HAND_OVER, Event.CHOOSE_RUN):
        assert f'value="{event}"' not in text


def test_of_what_is_stuck_a_manager_above_reads_no_name_and_no_title(cast: Cast) -> None:
    agreement = stuck_with_dorthe(cast)
    text = page(cast.dorthe, agreement)
    assert "Lars Hansen, Børnehuset Mælkebøtten" in text and 'value="talk_stuck"' in text
    assert "KANARIEFUGL" not in text and "Mette" not in text


def test_a_refused_press_up_the_line_shows_no_title_either(cast: Cast) -> None:
    agreement = moved_to_dorthe(cast)
    data = {"turn": agreement.turn, "event": "refuse", "reason": ""}
    response = enter(cast.dorthe).post(f"/aftaler/{agreement.pk}/", data)
    assert response.status_code == 422
    assert "KANARIEFUGL" not in response.content.decode() and "HEMMELIGT" not in response.content.decode()


def test_hr_reads_no_page_of_what_has_come_to_it(cast: Cast) -> None:
    agreement = found(cast)
    make_late([agreement], 43)
    facts = {"owner": cast.hanne, "level": 3, "days": 43}
    agreement = take_step(agreement, Event.MOVE_ON, by=None, on=TODAY, facts=facts)
    response = enter(cast.hanne).get(f"/aftaler/{agreement.pk}/")
    assert (response.status_code, response["Location"]) == (302, "/gaaet-i-staa/")
    assert "Den ligger hos HR nu" in page(cast.mette, agreement)


def test_choices_say_what_follows(cast: Cast) -> None:
    text = page(cast.lars, found(cast))
    assert "Derefter: Den budgetansvarlige svarer på indstillingen." in text
    assert "Medarbejderen skal sige ja. Uden svar senest fire uger efter fristen bortfalder forslaget, og" in text
    assert "Din leder skal sige ja." in page(cast.mette, cast.agree())


def test_a_hand_over_says_whether_the_date_stays(cast: Cast) -> None:
    agreement = found(cast)
    for number in range(70):  # the follow-up has run each day
        FollowUpRun.objects.create(on=TODAY - timedelta(days=70 - number), finished_at=timezone.now())
    make_late([agreement], 20)
    assert "med samme frist" in page(cast.lars, agreement)
    make_late([agreement], 60)  # of which nine at Christmas do not count
    text = page(cast.lars, agreement)
    assert "ny frist om to uger" in text and "med samme frist" not in text


def asked(cast: Cast) -> Agreement:
    """An agreement about whose lapse the employee has been asked."""
    agreement = cast.agree()
    make_late([agreement], 56)
    agreement = take_step(
        agreement, Event.MOVE_ON, by=None, on=TODAY - timedelta(days=30),
        facts={"owner": cast.hanne, "level": 2, "days": 42},
    )  # fmt: skip
    Agreement.objects.filter(pk=agreement.pk).update(line_told_on=TODAY - timedelta(days=14))
    for number in range(70):  # the follow-up has run each day
        FollowUpRun.objects.create(on=TODAY - timedelta(days=70 - number), finished_at=timezone.now())
    follow_the_line(on=TODAY)
    agreement.refresh_from_db()
    assert Notification.objects.filter(kind="lapse_near", person=cast.mette).exists()
    return agreement


def test_before_a_lapse_the_employee_chooses_first_of_all(cast: Cast) -> None:
    agreement = asked(cast)
    text = page(cast.mette, agreement)
    card = text.split('aria-labelledby="lapse"', 1)[1].split("</section>", 1)[0]
    assert text.index('aria-labelledby="lapse"') < text.index('aria-labelledby="next"')
    assert [event for event in Event if f'value="{event}"' in card] == [
        Event.POSTPONE, Event.PROPOSE_DROP, Event.PROPOSE_REPLACE, Event.KEEP_OPEN,
    ][1:]  # fmt: skip
    assert "Opgaven får 14 dage mere" in card and "Din leder skal sige ja" in card
    assert card.count('data-variant="primary"') == 2 or "equal" in card
    response = enter(cast.mette).post(f"/aftaler/{agreement.pk}/", {"turn": agreement.turn, "event": "keep_open"})
    assert response.status_code == 302
    agreement.refresh_from_db()
    assert (agreement.step_due, agreement.is_open) == (TODAY + timedelta(days=14), True)
    assert 'aria-labelledby="lapse"' not in page(cast.mette, agreement)


def test_nobody_is_offered_to_keep_what_is_not_about_to_lapse(cast: Cast) -> None:
    assert 'value="keep_open"' not in page(cast.mette, cast.agree())


def lapsed(cast: Cast, *, on: date = TODAY) -> Agreement:
    return take_step(cast.agree(), Event.LAPSE, by=None, on=on)


def test_a_lapsed_agreement_says_so_stays_in_the_plan_and_is_opened_again(cast: Cast) -> None:
    agreement = lapsed(cast)
    text = page(cast.mette, agreement)
    assert "Bortfaldet: Ingen tog stilling. Aftalen gælder stadig. Tag den op med din leder." in text
    assert 'value="reopen"' in page(cast.lars, agreement)
    plan = enter(cast.mette).get("/plan/").content.decode()
    assert "Konflikthåndtering" in plan and "bortfaldet: ingen tog stilling" in plan
    response = enter(cast.mette).post(f"/aftaler/{agreement.pk}/", {"turn": agreement.turn, "event": "reopen"})
    assert response.status_code == 302
    agreement.refresh_from_db()
    assert agreement.is_open and agreement.step_due == TODAY + timedelta(days=14)


def test_only_the_two_open_it_again_and_only_for_ninety_days(cast: Cast) -> None:
    agreement = lapsed(cast, on=TODAY - timedelta(days=90))
    assert 'value="reopen"' in page(cast.mette, agreement)
    assert 'value="reopen"' not in page(cast.bente, agreement)
    late = lapsed(cast, on=TODAY - timedelta(days=91))
    assert 'value="reopen"' not in page(cast.mette, late)
    response = enter(cast.mette).post(f"/aftaler/{late.pk}/", {"turn": late.turn, "event": "reopen"})
    assert response.status_code == 422


def test_what_was_never_told_says_so(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="X")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    agreement = take_step(agreement, Event.FINISH, by=cast.mette, on=TODAY)
    agreement = take_step(agreement, Event.NOT_TOLD, by=None, on=TODAY)
    assert "Udbyttet blev ikke fortalt i tide." in page(cast.mette, agreement)
    assert "ikke fortalt" in enter(cast.mette).get("/plan/").content.decode()


def test_a_step_that_nobody_in_line_can_take_still_ends(cast: Cast) -> None:
    """Without a line manager nobody is left in line for an employee's step; it lapses all the same."""
    agreement = cast.agree(Kind.PRACTICE)
    Employment.objects.filter(pk=cast.employment.pk).update(line_manager=None)
    day = TODAY
    while Agreement.objects.get(pk=agreement.pk).is_open and day < TODAY + timedelta(days=120):
        day = a_day_later(day)
    agreement.refresh_from_db()
    assert agreement.stage == "lapsed"


def test_whom_hr_has_chosen_up_the_line_reads_no_title_and_answers(cast: Cast) -> None:
    agreement = found(cast)
    make_late([agreement], 43)
    facts = {"owner": cast.hanne, "level": 3, "days": 43}
    agreement = take_step(agreement, Event.MOVE_ON, by=None, on=TODAY, facts=facts)
    announce_routing([agreement], to=cast.dorthe, by=cast.hanne, on=TODAY)
    apply_routings(on=TODAY + timedelta(days=2))
    text = page(cast.dorthe, agreement)
    assert "Mette Hansen, Børnehuset Mælkebøtten" in text and 'value="refuse"' in text
    assert "KANARIEFUGL" not in text and "HEMMELIGT" not in text
    agreement.refresh_from_db()
    refused = take_step(agreement, Event.REFUSE, by=cast.dorthe, on=TODAY + timedelta(days=2), reason="Nej")
    assert refused.stage == "agreed"
