"""The catalogue of practice methods: what is delivered, how many use a method, its outcomes, and its pages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

import udbytte
from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person, make_unit
from udbytte.domain.lifecycle import Kind
from udbytte.domain.practice.method_files import TEXTS, delivered_methods
from udbytte.models import (
    Agreement,
    CatalogueVisit,
    Conversation,
    Course,
    DevelopmentPlan,
    Employment,
    MethodGroup,
    Outcome,
    PracticeMethod,
    Unit,
    Wish,
)
from udbytte.queries.practice.methods import MethodUse, methods_in_use
from udbytte.queries.practice.outcomes import (
    OutcomeSummary,
    ReportedOutcomes,
    outcomes_by_method,
    outcomes_of_course,
    outcomes_of_method,
)
from udbytte.services.agreements.take_step import agree_activity
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db


def many_agree(cast: Cast, method: PracticeMethod | None, count: int, unit: Unit | None = None) -> list[Agreement]:
    """`count` new people agree about the method (None: about a course), in the unit or else in the kindergarten."""
    made = []
    start = Agreement.objects.count()
    for number in range(start, start + count):
        employment = employ(make_person(f"Ny{number}"), unit or cast.kindergarten)
        follow_organisation_changes(on=TODAY)
        talk = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars, held_on=TODAY)
        plan = DevelopmentPlan.objects.create(conversation=talk)
        about: dict[str, Any] = {"method": method} if method else {"course": cast.run.course}
        made.append(
            agree_activity(
                plan=plan,
                kind=Kind.PRACTICE if method else Kind.COURSE,
                title="Øv",
                planned_from=TODAY,
                planned_to=TODAY,
                by=None,
                on=TODAY,
                **about,
            )
        )
    return made


def tell(agreement: Agreement, newness: str = "much", **said: Any) -> Outcome:
    given = {"learned": f"Jeg gør noget andet nu, {agreement.pk}.", "in_use": "daily", "told_on": TODAY}
    return Outcome.objects.create(agreement=agreement, newness=newness, **(given | said))


def three_ways() -> list[PracticeMethod]:
    return list(PracticeMethod.objects.all()[:3])


# --- What is delivered ---


def test_sixteen_ways_are_delivered_in_full_in_both_languages(db: None) -> None:
    methods = list(PracticeMethod.objects.all())
    assert [method.key for method in methods] == list(delivered_methods())
    assert len(methods) == 16
    empty = [
        (method.key, name, language)
        for method in methods
        for name in TEXTS
        for language in ("da", "en")
        if not getattr(method, f"{name}_{language}")
    ]
    assert empty == []
    assert sum(method.changes_environment for method in methods) == 6


def test_what_is_delivered_keeps_the_rules_of_its_model(db: None) -> None:
    for method in PracticeMethod.objects.all():
        method.full_clean()
        assert set(method.wishes) <= set(Wish.values)
        assert method.wishes
        assert {name: getattr(method, name) for name in delivered_methods()[method.key]} == dict(
            delivered_methods()[method.key]
        )
        assert "!" not in "".join(str(value) for value in delivered_methods()[method.key].values())
    together = {
        method.key: (method.people_from, method.people_to) for method in PracticeMethod.objects.filter(people_to__gt=1)
    }
    assert together == {"partnership": (2, 2), "peer_supervision": (3, 6), "action_learning": (3, 6)}


def test_every_wish_and_every_group_has_ways(db: None) -> None:
    methods = list(PracticeMethod.objects.all())
    assert {wish for method in methods for wish in method.wishes} == set(Wish.values)
    assert {method.group for method in methods} == set(MethodGroup)


def test_each_way_has_a_drawing_of_its_own_and_an_own_way_the_neutral_one(db: None) -> None:
    drawn = re.findall(r'<symbol id="(\w+)"', (Path(udbytte.__file__).parent / "static" / "methods.svg").read_text())
    assert drawn == [*delivered_methods(), "own"]
    assert PracticeMethod(key="own-1234").drawing == "own"
    assert PracticeMethod.objects.get(key="mentor").drawing == "mentor"


# --- How many use a method ---


def test_how_many_use_a_way_is_hidden_below_five(cast: Cast) -> None:
    one, other, third = three_ways()
    many_agree(cast, one, 4)
    assert methods_in_use(None, TODAY)[one.pk] == MethodUse()
    many_agree(cast, other, 6)
    many_agree(cast, third, 5)
    used = methods_in_use(None, TODAY)
    assert (used[one.pk].people, used[other.pk].people, used[third.pk].people) == (
        None,
        5,
        None,
    )  # at least five, as six are


def test_that_nobody_uses_a_way_is_told_of_a_whole_of_five_people(cast: Cast) -> None:
    one, other, _third = three_ways()
    many_agree(cast, one, 1)
    used = methods_in_use(cast.kindergarten, TODAY)
    assert used[other.pk] == MethodUse(nobody=True)
    assert used[one.pk] == MethodUse()
    left = Employment.objects.exclude(person__in=[cast.mette, cast.lars, cast.karim, cast.jonas])
    left.update(ends_on=TODAY - timedelta(days=1))
    assert methods_in_use(cast.kindergarten, TODAY)[other.pk] == MethodUse()


def test_who_has_dropped_a_way_does_not_use_it(cast: Cast) -> None:
    method = three_ways()[0]
    agreed = many_agree(cast, method, 6)
    Agreement.objects.filter(pk=agreed[0].pk).update(
        stage="dropped",
        drop_reason="no_time",
        lost_from="agreed",
        step="",
        step_owner=None,
        step_due=None,
        step_since=None,
        closed_on=TODAY,
    )
    assert methods_in_use(None, TODAY)[method.pk].people == 5


def test_a_units_number_never_leaves_a_small_rest_beside_the_organisations(cast: Cast) -> None:
    method = three_ways()[0]
    many_agree(cast, method, 6)
    assert methods_in_use(cast.kindergarten, TODAY)[method.pk] == MethodUse(5, 5)  # six: at least five
    many_agree(cast, method, 2, cast.roads)
    assert methods_in_use(cast.kindergarten, TODAY)[method.pk] == MethodUse(5, None)
    assert methods_in_use(cast.roads, TODAY)[method.pk] == MethodUse(5, None)
    larger = make_unit("Skolen", cast.children)
    many_agree(cast, method, 7, larger)
    assert methods_in_use(larger, TODAY)[method.pk] == MethodUse(15, 5)
    assert methods_in_use(cast.kindergarten, TODAY)[method.pk] == MethodUse(
        15, None
    )  # else the two of the roads would follow
    many_agree(cast, method, 3, cast.roads)
    assert [methods_in_use(unit, TODAY)[method.pk].here for unit in (larger, cast.kindergarten, cast.roads)] == [
        5,
        5,
        5,
    ]


def test_the_pages_ask_as_many_queries_for_many_as_for_one(cast: Cast) -> None:
    client = enter(cast.mette)
    method = three_ways()[0]
    many_agree(cast, method, 1)

    def asked(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = [reverse("methods"), reverse("method", args=[method.pk])]
    few = [asked(url) for url in urls]
    for agreement in many_agree(cast, method, 8):
        tell(agreement, shared=True)
    for number in range(10):
        PracticeMethod.objects.create(key=f"own-{number}", name_da=f"Vores {number}", position=20 + number)
    many = [asked(url) for url in urls]
    assert many[0] == few[0]
    assert many[1] <= few[1] + 1  # the stories are asked for where they may be told


# --- Outcomes ---


def test_what_a_way_gave_is_told_from_five_people_on(cast: Cast) -> None:
    one, other, _third = three_ways()
    agreed = many_agree(cast, one, 6)
    for agreement in agreed[:4]:
        tell(agreement, shared=True, recommends=True)
    assert outcomes_of_method(one, TODAY) == OutcomeSummary(None, [])
    tell(agreed[4], "nothing", recommends=False)
    account = outcomes_of_method(one, TODAY)
    assert account.given == ReportedOutcomes(told=5, much=4, asked=5, recommend=4)
    assert len(account.stories) == 4
    tell(many_agree(cast, other, 1)[0], shared=True)
    assert outcomes_by_method(TODAY) == {}  # else the one would follow from the total


def test_five_outcomes_of_one_person_are_not_five_people(cast: Cast) -> None:
    method = three_ways()[0]
    for _number in range(5):
        tell(cast.agree(Kind.PRACTICE, method=method), shared=True)
    assert outcomes_of_method(method, TODAY) == OutcomeSummary(None, [])


def test_who_was_not_asked_to_recommend_cannot_be_told_apart(cast: Cast) -> None:
    method = three_ways()[0]
    agreed = many_agree(cast, method, 10)
    for number, agreement in enumerate(agreed[:6]):
        tell(agreement, recommends=True if number else None)
    assert outcomes_by_method(TODAY)[method.pk] == ReportedOutcomes(told=6, much=6, asked=0, recommend=0)
    for agreement in agreed[6:]:
        tell(agreement)
    assert outcomes_by_method(TODAY)[method.pk] == ReportedOutcomes(told=10, much=10, asked=5, recommend=5)


def test_the_newest_five_shared_stories_are_told_and_nothing_of_who_and_when(cast: Cast) -> None:
    method = three_ways()[0]
    agreed = many_agree(cast, method, 7)
    for number, agreement in enumerate(agreed):
        tell(agreement, learned=f"{9 - number}. Jeg spørger først.", shared=number != 6)
    stories = outcomes_of_method(method, TODAY).stories
    assert stories == [f"{number}. Jeg spørger først." for number in (4, 5, 6, 7, 8)]
    page = enter(cast.mette).get(reverse("method", args=[method.pk])).content.decode()
    assert "4. Jeg spørger først." in page
    assert "3. Jeg spørger først." not in page
    assert not any(agreement.employee.name in page for agreement in agreed)
    assert "7 af 7 lærte meget" in page


def test_a_course_tells_the_same(cast: Cast) -> None:
    agreed = many_agree(cast, None, 5)
    course = Course.objects.get(pk=cast.run.course_id)
    for agreement in agreed[:4]:
        tell(agreement, shared=True, recommends=True)
    url = reverse("course", args=[course.pk])
    assert outcomes_of_course(course, TODAY) == OutcomeSummary(None, [])
    assert "Jeg gør noget andet" not in enter(cast.mette).get(url).content.decode()
    tell(agreed[4], "something", shared=True, recommends=False)
    assert outcomes_of_course(course, TODAY).given == ReportedOutcomes(told=5, much=4, asked=5, recommend=4)
    page = enter(cast.mette).get(url).content.decode()
    assert "4 af 5 lærte meget" in page
    assert "4 af 5 ville anbefale det til en kollega" in page
    assert page.count("Jeg gør noget andet nu") == 5


# --- The pages ---


def names_on(page: str) -> list[str]:
    return re.findall(r'<h3>\s*<a href="/maader/\d+/">([^<]+)</a>', page)


def test_the_overview_shows_all_ways_in_four_groups(cast: Cast) -> None:
    page = enter(cast.mette).get(reverse("methods")).content.decode()
    assert sorted(names_on(page)) == sorted(method.name_da for method in PracticeMethod.objects.all())
    assert [page.index(f'id="group-{group}"') for group in MethodGroup] == sorted(
        page.index(f'id="group-{group}"') for group in MethodGroup
    )
    changes = names_on(page[page.index('id="group-environment"') :])
    assert set(changes) == {method.name_da for method in PracticeMethod.objects.filter(changes_environment=True)}
    assert page.count("Ingen bruger den endnu") == 16


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        (["where_i_sit"], {"rotation", "shadowing", "placement"}),
        (["where_i_sit", "what_i_do"], {"rotation"}),
        (["findes_ikke"], set(delivered_methods())),
    ],
)
def test_wishes_narrow_the_ways_without_and_with_htmx(cast: Cast, wishes: list[str], found: set[str]) -> None:
    client = enter(cast.mette)
    expected = {method.name_da for method in PracticeMethod.objects.filter(key__in=found)}
    page = client.get(reverse("methods"), {"wish": wishes}).content.decode()
    part = client.get(reverse("methods"), {"wish": wishes}, headers={"HX-Request": "true"}).content.decode()
    assert set(names_on(page)) == set(names_on(part)) == expected
    assert "<html" in page
    assert "<html" not in part


def test_where_no_way_fits_all_wishes_those_that_fit_some_are_shown_and_it_is_said(cast: Cast) -> None:
    page = enter(cast.mette).get(reverse("methods"), {"wish": ["hour_a_week", "where_i_sit"]}).content.decode()
    assert "Ingen måde passer på det hele." in page
    assert {"Ny placering", "Mentorordning"} <= set(names_on(page))


def test_a_way_is_read_in_the_readers_language(cast: Cast) -> None:
    method = PracticeMethod.objects.get(key="partnership")
    client = enter(cast.mette)
    page = client.get(reverse("method", args=[method.pk])).content.decode()
    for name in TEXTS:
        assert method.localised(name).split(":")[0] in page
    with translation.override("en"):
        english = method.localised("pitfalls")
    cast.mette.language = "en"
    cast.mette.save()
    assert english in client.get(reverse("method", args=[method.pk])).content.decode()


def test_a_hidden_way_is_in_no_list_and_can_still_be_read_from_its_agreements(cast: Cast) -> None:
    method = PracticeMethod.objects.get(key="mentor")
    PracticeMethod.objects.filter(pk=method.pk).update(hidden=True)
    client = enter(cast.mette)
    for name in ("methods", "print-methods"):
        assert "Mentorordning" not in client.get(reverse(name)).content.decode()
    page = client.get(reverse("method", args=[method.pk])).content.decode()
    assert "Denne måde vises ikke længere" in page
    assert reverse("choose-plan", args=[method.pk]) not in page


@pytest.mark.parametrize("name", ["methods", "method", "print-methods"])
def test_having_had_the_ways_in_view_is_recorded_by_a_press_of_its_own(cast: Cast, name: str) -> None:
    client = enter(cast.mette)
    url = reverse(name, args=[three_ways()[0].pk] if name == "method" else [])
    page = client.get(url).content.decode()
    assert f'hx-post="{reverse("methods-seen")}"' in page
    assert 'hx-trigger="load"' in page
    assert not CatalogueVisit.objects.exists()
    assert client.post(reverse("methods-seen")).status_code == 204
    assert client.post(reverse("methods-seen")).status_code == 204
    assert [(visit.person, visit.round) for visit in CatalogueVisit.objects.all()] == [(cast.mette, cast.round)]
