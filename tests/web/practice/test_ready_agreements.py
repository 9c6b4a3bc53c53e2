"""A practice method is proposed for a goal, opened as a ready agreement, changed and agreed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.access.conversations import conversations_to_write_in
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Conversation, Goal, PracticeMethod
from udbytte.queries.practice.methods import methods_for
from udbytte.services.agreements.take_step import take_step
from udbytte.services.conversations import plan as services
from udbytte.services.people.roles import choose_manager
from udbytte.web.practice.ready_agreements import ready_agreement, ready_transfer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def methods_without_texts(cast: Cast) -> None:
    """Empty the texts of all methods, as in an organisation's own methods, so that the fallbacks are used."""
    PracticeMethod.objects.update(ready_title_da="", ready_purpose_da="", ready_if_then_da="", ready_check_da="")
    PracticeMethod.objects.update(ready_turn_to_da="")


@pytest.fixture
def goal(cast: Cast) -> Goal:
    words = {"text": "Blive tryg i de svære samtaler med forældre", "sign": "Jeg tager selv samtalen"}
    return services.add_goal(cast.plan, by=cast.mette, on=TODAY, **words)


def method(key: str) -> PracticeMethod:
    return PracticeMethod.objects.get(key=key)


def take_url(cast: Cast, method: PracticeMethod, goal: Goal | None = None) -> str:
    url = reverse("take-method", args=[cast.conversation.pk]) + f"?method={method.pk}"
    return f"{url}&goal={goal.pk}" if goal else url


def as_sent(client: Client, url: str, **changed: str) -> dict[str, Any]:
    """What the form sends with its initial values and these changes."""
    form = client.get(url).context["form"]
    filled = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else value for name, value in filled.items()} | changed


def sign(cast: Cast) -> None:
    services.sign_plan(cast.plan, by=cast.mette, on=TODAY)
    services.sign_plan(cast.plan, by=cast.lars, on=TODAY)


def test_beside_the_goal_stand_ways_that_open_a_ready_agreement(cast: Cast, goal: Goal) -> None:
    page = enter(cast.lars).get(reverse("conversation", args=[cast.conversation.pk])).content.decode()
    assert "Hvordan kan det læres på arbejdet?" in page and "Fordi målet handler om samtaler med andre" in page
    opens = take_url(cast, method("shadowing"), goal).replace("&", "&amp;")
    assert opens in page
    assert opens in enter(cast.mette).get(reverse("goal-methods", args=[goal.pk])).content.decode()
    assert reverse("goal-methods", args=[goal.pk]) in enter(cast.mette).get(reverse("plan")).content.decode()


def test_a_hidden_way_is_neither_proposed_nor_taken(cast: Cast, goal: Goal) -> None:
    PracticeMethod.objects.filter(key="shadowing").update(hidden=True)
    assert "shadowing" not in [one.method.key for one in methods_for([goal])[goal.pk]]
    assert enter(cast.mette).get(take_url(cast, method("shadowing"), goal)).status_code == 404


def test_an_organisations_own_way_is_proposed_by_its_words_and_named_as_they_are_written(
    cast: Cast, goal: Goal
) -> None:
    own = PracticeMethod.objects.create(
        key="foraeldrekaffe", name_da="Forældrekaffe", summary_da="Drik kaffe med en forælder hver fredag."
    )
    PracticeMethod.objects.create(key="cykel", name_da="Cykelværksted", summary_da="Lap en cykel.")
    found = {one.method: one.words for one in methods_for([goal])[goal.pk]}
    assert found[own] == ("forældre",) and "cykel" not in [one.key for one in found]
    page = enter(cast.mette).get(reverse("goal-methods", args=[goal.pk])).content.decode()
    assert "Fordi både målet og måden taler om forældre" in page


def test_many_goals_ask_no_more_of_the_database_than_one(
    cast: Cast, goal: Goal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    PracticeMethod.objects.create(key="egen", name_da="Egen måde")
    others = [Goal.objects.create(plan=cast.plan, text=f"Skrive bedre breve {number}") for number in range(9)]
    for goals in ([goal], [goal, *others]):
        with django_assert_num_queries(2):
            methods_for(goals)


def test_a_ready_agreement_is_filled_in_from_the_way_the_goal_and_who_manages(cast: Cast, goal: Goal) -> None:
    mentor = method("mentor")
    texts = {
        "ready_title_da": "Mentor",
        "ready_purpose_da": "At kunne selv",
        "ready_if_then_da": "Hvis det er onsdag, så ses vi",
    }
    for name, value in {**texts, "weeks": 12, "check_in_weeks": 4, "role": "mentor", "helper_hours": 12}.items():
        setattr(mentor, name, value)
    assert ready_agreement(mentor, goal, cast.conversation, TODAY) == {
        "kind": Kind.PRACTICE,
        "method": mentor.pk,
        "goal": goal.pk,
        "title": "Mentor",
        "purpose": "At kunne selv",
        "if_then": "Hvis det er onsdag, så ses vi",
        "checked_by": "Jeg tager selv samtalen",
        "turn_to": "Lars Hansen",
        "check_in_weeks": 4,
        "decided_by": "",
        "planned_from": date(2026, 3, 9),
        "planned_to": date(2026, 5, 29),
    }


def test_where_a_way_has_no_ready_texts_its_name_and_summary_say_it(cast: Cast) -> None:
    bare = PracticeMethod(key="bar", name_da="Bar måde", summary_da="Gør det.", weeks=3)
    ready = ready_agreement(bare, None, cast.conversation, TODAY)
    said = [ready[name] for name in ("title", "purpose", "if_then", "checked_by", "check_in_weeks")]
    assert said == ["Bar måde", "Gør det.", "", "Vi ser på det sammen, når tiden er gået.", 1]


def test_it_begins_on_a_working_day_after_the_quiet_weeks(cast: Cast) -> None:
    ready = ready_agreement(method("mentor"), None, cast.conversation, date(2026, 7, 3))
    assert ready["planned_from"] == date(2026, 7, 27)


def test_the_goal_is_not_copied_into_what_a_helper_reads(cast: Cast, goal: Goal) -> None:
    for method in PracticeMethod.objects.all():
        ready = ready_agreement(method, goal, cast.conversation, TODAY)
        assert goal.text not in ready["purpose"] and goal.text not in ready["title"]


def test_taken_and_changed_it_is_agreed_for_the_goal(cast: Cast, goal: Goal) -> None:
    mette = enter(cast.mette)
    url = take_url(cast, method("shadowing"), goal)
    response = mette.post(
        url,
        as_sent(
            mette, url, title="Følg Karim to dage", check_in_weeks="3", if_then="Hvis jeg er hos Karim, så spørger jeg"
        ),
    )
    assert response["Location"] == f"/samtaler/{cast.conversation.pk}/#agree"
    agreed = Agreement.objects.get()
    assert (agreed.kind, agreed.title, agreed.method, agreed.goal) == (
        "practice",
        "Følg Karim to dage",
        method("shadowing"),
        goal,
    )
    assert (agreed.checked_by, agreed.turn_to, agreed.check_in_weeks, agreed.if_then) == (
        "Jeg tager selv samtalen",
        "Lars Hansen",
        3,
        "Hvis jeg er hos Karim, så spørger jeg",
    )
    page = mette.get(reverse("agreement", args=[agreed.pk])).content.decode()
    assert "Hvis det ikke lykkes, gå til" in page and "hver 3. uge" in page and "Jeg tager selv samtalen" in page


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(cast: Cast, goal: Goal) -> None:
    mette = enter(cast.mette)
    url = take_url(cast, method("mentor"), goal)
    page = mette.post(url, as_sent(mette, url, title="", if_then="Hvis det er onsdag", check_in_weeks="40"))
    assert page.status_code == 422 and "Hvis det er onsdag" in page.content.decode() and not Agreement.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "?method=", "?method=x", "?method=99999999999999", "?method=1&goal=x", "?method=1&goal=99999"]
)
def test_an_address_that_makes_no_sense_is_no_page(cast: Cast, query: str) -> None:
    PracticeMethod.objects.filter(key="mentor").update(position=0)
    query = query.replace("way=1&", f"way={method('mentor').pk}&")
    assert enter(cast.mette).get(reverse("take-method", args=[cast.conversation.pk]) + query).status_code == 404


def test_a_goal_of_another_plan_is_not_taken_along(cast: Cast) -> None:
    talk = Conversation.objects.create(round=cast.round, employment=cast.jonas.employments.get())
    other = Goal.objects.create(plan=services.begin_plan(talk, by=None), text="Jonas' mål")
    assert enter(cast.mette).get(take_url(cast, method("mentor"), other)).status_code == 404
    assert enter(cast.mette).get(reverse("goal-methods", args=[other.pk])).status_code == 404


def test_from_the_catalogue_a_way_is_taken_into_a_plan_that_is_not_begun(cast: Cast) -> None:
    cast.plan.delete()
    mette = enter(cast.mette)
    url = take_url(cast, method("partnership"))
    assert mette.get(url).status_code == 200
    assert not Conversation.objects.filter(plan__isnull=False).exists()
    assert mette.post(url, as_sent(mette, url)).status_code == 302
    assert Agreement.objects.get().title == "Læringsmakkerskab"


def test_from_the_catalogue_one_goes_straight_to_the_only_plan_or_chooses_whose(cast: Cast) -> None:
    url = reverse("choose-plan", args=[method("mentor").pk])
    assert enter(cast.mette).get(url)["Location"] == take_url(cast, method("mentor"))
    own = Conversation.objects.create(round=cast.round, employment=cast.lars.employments.get(), manager=cast.dorthe)
    plans = enter(cast.lars).get(url).context["plans"]
    mine = take_url(cast, method("mentor")).replace(str(cast.conversation.pk), str(own.pk), 1)
    assert plans == [(cast.lars, mine), (cast.mette, take_url(cast, method("mentor")))]
    assert "ingen plan at skrive i" in enter(cast.jonas).get(url).content.decode()
    PracticeMethod.objects.filter(key="mentor").update(hidden=True)
    assert enter(cast.lars).get(url).status_code == 404


def test_a_signed_plan_takes_nothing_more(cast: Cast, goal: Goal) -> None:
    mette = enter(cast.mette)
    url = take_url(cast, method("mentor"), goal)
    sent = as_sent(mette, url)
    assert list(conversations_to_write_in(cast.mette, TODAY)) == [cast.conversation]
    sign(cast)
    assert "Aftal det" not in mette.get(url).content.decode()
    assert mette.post(url, sent).status_code == 422 and not Agreement.objects.exists()
    assert "ny-aftale" not in mette.get(reverse("goal-methods", args=[goal.pk])).content.decode()
    assert not conversations_to_write_in(cast.mette, TODAY).exists()


def test_a_new_line_manager_takes_a_way_and_the_old_one_no_more(cast: Cast, goal: Goal) -> None:
    choose_manager(cast.employment, cast.dorthe, by=cast.ida, on=TODAY)
    dorthe, url = enter(cast.dorthe), take_url(cast, method("mentor"), goal)
    response = dorthe.post(url, as_sent(dorthe, url))
    assert (response.status_code, response["Location"]) == (302, reverse("plan-of", args=[cast.employment.pk]))
    assert enter(cast.lars).get(url).status_code == 404
    assert enter(cast.lars).get(reverse("goal-methods", args=[goal.pk])).status_code == 404


def test_a_changed_environment_speaks_in_its_own_words(cast: Cast, goal: Goal) -> None:
    mette = enter(cast.mette)
    url = take_url(cast, method("placement"), goal)
    page = mette.get(url).content.decode()
    for asked in ("Hvad bliver ændret?", "Fra hvornår?", "Hvor længe prøver I det?", "Hvem bestemmer det?"):
        assert asked in page
    mette.post(url, as_sent(mette, url, decided_by="Lars og Dorthe", purpose="At høre, hvordan de gør"))
    agreed = Agreement.objects.get()
    page = mette.get(reverse("agreement", args=[agreed.pk])).content.decode()
    for said in ("Ændret læringsmiljø", "Lars og Dorthe", "Hvad du skal lære af det", "Bliver prøvet"):
        assert said in page


def test_who_decides_is_asked_of_a_changed_environment_only(cast: Cast) -> None:
    mette = enter(cast.mette)
    url = take_url(cast, method("mentor"))
    mette.post(url, as_sent(mette, url, decided_by="Lars"))
    assert Agreement.objects.get().decided_by == ""


def test_a_course_takes_nothing_of_what_is_asked_about_practice(cast: Cast) -> None:
    data = {"do": "agree", "kind": "course", "title": "Tegn til tale", "planned_from": TODAY, "planned_to": TODAY}
    data |= {
        "checked_by": "x",
        "turn_to": "y",
        "decided_by": "z",
        "check_in_weeks": "3",
        "method": method("placement").pk,
    }
    enter(cast.mette).post(reverse("conversation", args=[cast.conversation.pk]), data)
    agreed = Agreement.objects.get()
    said = (agreed.checked_by, agreed.turn_to, agreed.decided_by, agreed.check_in_weeks, agreed.method)
    assert said == ("", "", "", None, None)


def test_a_helper_sees_title_purpose_and_dates_of_it_and_nothing_else(cast: Cast, goal: Goal) -> None:
    secret = {"checked_by": "hemmelig prøve", "turn_to": "hemmelig hjælp", "decided_by": "hemmelig bestemmer"}
    agreed = cast.agree(
        Kind.PRACTICE,
        title="Sid hos forældrevejlederne",
        purpose="At høre, hvordan de gør",
        method=method("placement"),
        goal=goal,
        check_in_weeks=3,
        if_then="hemmelig tid",
        **secret,
    )
    take_step(agreed, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    page = enter(cast.karim).get(reverse("agreement", args=[agreed.pk])).content.decode()
    assert "Sid hos forældrevejlederne" in page and "At høre, hvordan de gør" in page
    assert "hemmelig" not in page and "hver 3. uge" not in page and goal.text not in page


def test_the_signed_plan_keeps_how_it_was_to_be_followed_up(cast: Cast) -> None:
    words = {"checked_by": "Vi tæller", "turn_to": "Lars", "decided_by": "Lars", "check_in_weeks": 3}
    cast.agree(Kind.PRACTICE, method=method("placement"), planned_from=TODAY + timedelta(days=7), **words)
    sign(cast)
    cast.plan.refresh_from_db()
    frozen = cast.plan.signed_text
    assert frozen is not None
    [one] = frozen["agreements"]
    assert {name: one[name] for name in words} == words and one["way"] == "Ny placering"


def test_a_ready_agreement_is_filled_in_with_whole_texts_or_none(cast: Cast) -> None:
    goal = services.add_goal(cast.plan, text="Mål", sign="s" * 400, by=cast.mette, on=TODAY)
    shadowing = method("shadowing")
    for length, purpose in ((400, "k" * 400), (401, "")):
        shadowing.summary_da = shadowing.summary_en = "k" * length
        ready = ready_agreement(shadowing, goal, cast.conversation, TODAY)
        assert (ready["purpose"], ready["checked_by"]) == (purpose, "s" * 400)
    course = cast.agree(title="K" * 250)
    assert ready_transfer(course, TODAY)["title"] == "K" * 250
