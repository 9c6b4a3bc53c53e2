"""A day that cannot be meant is refused beside its field, which says what would be right, wherever days are written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.urls import reverse

import udbytte.urls  # every form is loaded
from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CourseRun
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import OutOfReach
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.base.fields import DayField, MomentField
from udbytte.web.rounds.forms import DATES, RoundForm

pytestmark = pytest.mark.django_db
assert udbytte.urls
FAR = ("0001-01-01", "2015-03-01", "2062-05-01", "2999-01-01", "9999-12-31")
START = "Dagen skal ligge mellem 2. marts 2024 og 2. marts 2028."
END = "Dagen skal ligge mellem 2. marts 2024 og 2. marts 2032."


def forms_of_ours(base: Any = forms.BaseForm) -> set[Any]:
    found = {one for one in base.__subclasses__() if one.__module__.startswith("udbytte.web")}
    return found.union(*(forms_of_ours(one) for one in base.__subclasses__()))


def test_every_field_for_a_day_has_its_bounds() -> None:
    """What is made while the page is built is held by the tests below."""
    every = {(one.__name__, name, field) for one in forms_of_ours() for name, field in one.base_fields.items()}
    days = {one for one in every if isinstance(one[2], (forms.DateField, forms.DateTimeField))}
    assert len(days) > 20
    free = {(form, name) for form, name, field in days if not isinstance(field, (DayField, MomentField))}
    assert free == {("RoundForm", name) for name in DATES}  # they get theirs when the form is made


@pytest.mark.parametrize("day", FAR)
def test_a_round_has_days_that_can_be_meant(cast: Cast, day: str) -> None:
    errors = RoundForm({**dict.fromkeys(DATES, day), "follow_ups": day}).errors
    said = {name for name in (*DATES, "follow_ups") if "Dagen skal ligge mellem" in str(errors.get(name))}
    assert said == {*DATES, "follow_ups"}


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize(
    ("event", "field", "said"),
    [
        *((Event.POSTPONE, "until", START), (Event.PAUSE, "until", START)),
        *((Event.PROPOSE_REPLACE, "planned_from", START), (Event.PROPOSE_REPLACE, "planned_to", END)),
        (Event.ACCEPT_LATER, "until", START),
    ],
)
def test_an_event_takes_only_days_that_can_be_meant(cast: Cast, event: Event, field: str, said: str, day: str) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    errors = EventForm(agreement, event, TODAY, {field: day}, by=cast.karim).errors
    assert errors[field] == [said]


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize("kind", Kind)
def test_an_agreement_is_made_only_for_days_that_can_be_meant(cast: Cast, kind: Kind, day: str) -> None:
    form = {"do": "agree", "kind": kind, "title": "Noget", "planned_from": day, "planned_to": day}
    page = enter(cast.lars).post(reverse("conversation", args=[cast.conversation.pk]), form)
    assert page.status_code == 422 and START in page.content.decode() and END in page.content.decode()
    assert not Agreement.objects.exists()


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize("name", ["planned_from", "planned_to"])
def test_the_service_refuses_them_as_well(cast: Cast, name: str, day: str) -> None:
    with pytest.raises(OutOfReach) as refused:
        cast.agree(Kind.COURSE, **{name: date.fromisoformat(day)})
    assert refused.value.field == name


def test_nothing_is_postponed_beyond_what_can_be_agreed(cast: Cast) -> None:
    agreement = cast.agree(planned_to=TODAY + timedelta(days=6 * 365))
    facts = {"until": date(2028, 3, 2), "reason": "Travlt", "in_talk": True}
    with pytest.raises(OutOfReach) as refused:
        take_step(agreement, Event.POSTPONE, by=cast.mette, on=TODAY, facts=facts)
    assert refused.value.field == "until"


def test_no_run_is_chosen_that_cannot_be_meant(cast: Cast) -> None:
    agreement = cast.agree()
    CourseRun.objects.filter(pk=cast.run.pk).update(starts_on=date(2062, 5, 1), ends_on=date(2062, 5, 2))
    cast.run.refresh_from_db()
    with pytest.raises(OutOfReach) as refused:
        take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    assert refused.value.field == "run"


@pytest.mark.parametrize("day", FAR)
def test_other_pages_take_only_days_that_can_be_meant(cast: Cast, day: str) -> None:
    course = cast.agree()
    meeting, conversation = reverse("meeting", args=[cast.conversation.pk]), cast.conversation
    conversation.held_on = None
    conversation.save()
    kickoff = reverse("plan-kickoff", args=[cast.round.pk, cast.kindergarten.pk])
    sent: list[tuple[Any, str, dict[str, Any]]] = [
        (cast.lars, reverse("transfer", args=[course.pk]), {"planned_from": day, "planned_to": day}),
        (cast.lars, reverse("offer-times"), {"do": "offer", "day_1": day, "times_1": "9.00"}),
        (cast.lars, reverse("deputies"), {"starts_on": day, "ends_on": day}),
        (cast.karim, reverse("offer-help"), {"what": "Noget", "until": day}),
        (cast.lars, meeting, {"do": "when", "planned_at": f"{day}T10:00", "minutes": 60}),
        (cast.lars, meeting, {"do": "hold", "held_on": day}),
        (cast.hanne, kickoff, {"planned_at": f"{day}T10:00", "minutes": 60, "agenda": "Noget"}),
        (cast.mette, reverse("new-run", args=[course.pk]), {"starts_on": day, "ends_on": day}),
        (cast.lars, meeting, {"do": "absence", "starts_on": day, "returns_on": day}),
        (cast.bente, reverse("new-course"), {"starts_on": day, "ends_on": day}),
        (cast.bente, reverse("edit-run", args=[cast.run.pk]), {"starts_on": day, "ends_on": day}),
    ]
    for person, url, form in sent:
        page = enter(person).post(url, form)
        assert (page.status_code, "Dagen skal ligge mellem" in page.content.decode()) == (422, True), url


def test_what_began_years_ago_can_be_written(cast: Cast) -> None:
    form = {
        "title": "Gammelt",
        "kind": "private",
        "mode": "on_site",
        "starts_on": "2017-03-01",
        "ends_on": "2017-03-02",
    }
    assert enter(cast.bente).post(reverse("new-course"), form).status_code == 302
