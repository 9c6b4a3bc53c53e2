"""No text is cut: a text that is too long is refused with its length, and the writer keeps what they typed."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.browsing import enter, seen_marks
from tests.cast import TODAY, Cast, employ, make_person
from tests.web.conversations.test_autosave import save
from udbytte.models import (
    Agreement,
    Conversation,
    ConversationKind,
    Course,
    DevelopmentPlan,
    Goal,
    GroupConversation,
    Person,
    PreparationQuestion,
    SetAside,
)
from udbytte.models.conversations import LONGEST_NO_COURSE, LONGEST_NOTES
from udbytte.models.groups import LONGEST_GOAL
from udbytte.queries.conversations.texts import mark_of
from udbytte.services.conversations import plan as conversations
from udbytte.services.errors import NotPermitted, TooLong
from udbytte.services.meetings.group_goals import add_group_goal
from udbytte.services.meetings.groups import save_group_notes
from udbytte.services.people.roles import choose_manager

pytestmark = pytest.mark.django_db


def url(cast: Cast) -> str:
    return f"/samtaler/{cast.conversation.pk}/"


def autosave(client: Client, cast: Cast, field: str, text: str, **more: str) -> Any:
    seen = seen_marks(client, url(cast), [field]).get(f"seen-{field}", "")
    return client.post(f"{url(cast)}felt/", {"field": field, "text": text, "seen-text": seen, **more})


def write(client: Client, cast: Cast, **typed: str) -> Any:
    """Save fields as the page without script does."""
    return client.post(url(cast), {"do": "write", **typed, **seen_marks(client, url(cast), typed)})


def goal_of(cast: Cast, text: str = "Mål") -> Goal:
    return conversations.add_goal(cast.plan, text=text, by=cast.mette, on=TODAY)


def texts_kept(cast: Cast) -> dict[str, str]:
    shown = enter(cast.mette).get(f"{url(cast)}tekster/").json()["fields"]
    return {name: field["text"] for name, field in shown.items()}


def every_field(cast: Cast) -> dict[str, int]:
    """Each kind of field with the characters it has room for."""
    question = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad gik godt?")
    goal = goal_of(cast)
    return {
        "notes": LONGEST_NOTES,
        "own": LONGEST_NOTES,
        f"q-{question.pk}": LONGEST_NOTES,
        "no-course": LONGEST_NO_COURSE,
        f"goal-{goal.pk}-text": LONGEST_GOAL,
        f"goal-{goal.pk}-sign": LONGEST_GOAL,
    }


def test_each_field_keeps_what_there_is_room_for_and_refuses_one_character_more(cast: Cast) -> None:
    fields, mette = every_field(cast), enter(cast.mette)
    assert fields.keys() == texts_kept(cast).keys()
    for name, most in fields.items():
        assert autosave(mette, cast, name, "å" * most).status_code == 200
        assert texts_kept(cast)[name] == "å" * most
        answer = autosave(mette, cast, name, "å" * most + "x")
        assert answer.status_code == 422
        assert str(most + 1) in answer.json()["said"] and str(most) in answer.json()["said"]
        assert texts_kept(cast)[name] == "å" * most


def test_a_text_that_is_too_long_is_refused_before_anything_gives_way(cast: Cast) -> None:
    goal = goal_of(cast)
    save(cast, f"goal-{goal.pk}-text", "Lars' ord", by=cast.lars)
    both = "Lars' ord\n\n" + "m" * LONGEST_GOAL
    for more in ({"seen-text": mark_of("Lars' ord")}, {"seen-text": mark_of("Mål")}, {"over-text": "1"}):
        answer = autosave(enter(cast.mette), cast, f"goal-{goal.pk}-text", both, **more)
        assert answer.status_code == 422
    goal.refresh_from_db()
    assert goal.text == "Lars' ord" and not SetAside.objects.exists()


def test_without_script_the_typed_text_stands_in_its_field_with_why_it_is_not_saved(cast: Cast) -> None:
    goal, typed = goal_of(cast), "m" * (LONGEST_GOAL + 7)
    answer = write(enter(cast.mette), cast, **{f"goal-{goal.pk}-text": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f">{typed}</textarea>" in page and f"{LONGEST_GOAL + 7} tegn" in page
    assert f'data-most="{LONGEST_GOAL}"' in page
    assert not re.search(r"<textarea[^>]*data-writes[^>]*maxlength|<textarea[^>]*maxlength[^>]*data-writes", page)
    goal.refresh_from_db()
    assert goal.text == "Mål"


def test_a_goal_keeps_the_lines_and_spaces_it_was_written_with(cast: Cast) -> None:
    goal, written = goal_of(cast), "Kunne lede:\n- et møde\n-  to  møder"
    assert autosave(enter(cast.mette), cast, f"goal-{goal.pk}-text", f"  {written}\r\n").status_code == 200
    goal.refresh_from_db()
    assert goal.text == written
    page = html.unescape(enter(cast.mette).get(f"{url(cast)}gennemse/").content.decode())
    assert "Kunne lede:<br>- et møde<br>" in page


def test_services_refuse_what_is_too_long_and_write_nothing(cast: Cast) -> None:
    group = GroupConversation.objects.create(round=cast.round, manager=cast.lars, title="Stuen")
    goal, most = goal_of(cast), "x" * (LONGEST_GOAL + 1)
    question = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad gik godt?")
    long, by = "x" * (LONGEST_NOTES + 1), dict[str, Any](by=cast.lars, on=TODAY)
    for write in (
        lambda: conversations.add_goal(cast.plan, text=most, **by),
        lambda: conversations.add_goal(cast.plan, text="Nyt", sign=most, **by),
        lambda: conversations.change_goal(goal, text="Nyt", sign=most, **by),
        lambda: conversations.state_no_course(cast.plan, "x" * (LONGEST_NO_COURSE + 1), **by),
        lambda: conversations.save_preparation(cast.conversation, {question.pk: long}, **by),
        lambda: add_group_goal(group, text=most, **by),
        lambda: save_group_notes(group, long, seen="", at=timezone.now(), **by),
    ):
        with pytest.raises(TooLong):
            write()
    assert [goal.text for goal in Goal.objects.all()] == ["Mål"]


def test_two_goals_that_came_to_read_alike_are_no_fault_when_the_text_is_added_again(cast: Cast) -> None:
    first, second = goal_of(cast), goal_of(cast, "Andet")
    conversations.change_goal(second, text="Mål", by=cast.mette, on=TODAY)
    assert goal_of(cast) == first


def test_an_agreement_has_the_whole_title_of_its_course(cast: Cast) -> None:
    course = Course.objects.create(title="K" * 250, provider="P" * 200)
    sent = {"do": "agree", "kind": "course", "planned_from": "2026-09-01", "planned_to": "2026-09-02"}
    title = f"{course.title}, {course.provider} #{course.pk}"
    assert enter(cast.lars).post(url(cast), sent | {"title": title}).status_code == 302
    assert Agreement.objects.get().title == course.title


# --- What no field is made for ---


@pytest.mark.parametrize("text", ["\x01", "a\x1fb", "\x01" * 500])
def test_a_control_character_is_left_out_of_every_field(cast: Cast, text: str) -> None:
    mette, fields = enter(cast.mette), every_field(cast)
    for name in fields:
        assert autosave(mette, cast, name, f"Ord{text}").status_code == 200
        assert texts_kept(cast)[name] == "Ord" + re.sub(r"[\x01\x1f]", "", text)
    group = GroupConversation.objects.create(round=cast.round, manager=cast.lars, title="Stuen")
    save_group_notes(group, f"Ord{text}", by=cast.lars, on=TODAY, at=timezone.now(), seen="")
    group.refresh_from_db()
    assert group.notes == "Ord" + re.sub(r"[\x01\x1f]", "", text)


NO_NUMBERS = ["²", "9" * 5000, "-1", "٣", " "]


@pytest.mark.parametrize("number", NO_NUMBERS, ids=range(len(NO_NUMBERS)))
def test_what_is_no_number_is_no_fault_of_ours(cast: Cast, number: str) -> None:
    mette = enter(cast.mette)
    for field in (f"q-{number}", f"goal-{number}-text", number, f"no-course{number}"):
        assert autosave(mette, cast, field, "x").status_code == 422
    assert mette.post(url(cast), {"do": "goal", "remove": number}).status_code == 404
    assert mette.post(url(cast), {"do": "carry", "agreement": number, "how": "later"}).status_code == 404
    assert mette.post(url(cast), {"do": "forget", "aside": number}).status_code == 302
    assert mette.post(f"{url(cast)}gennemse/", {"do": "sign", "seen": number}).status_code == 422
    assert mette.post(f"{url(cast)}gennemse/", {"do": number}).status_code == 404
    assert mette.post(url(cast), {"do": number}).status_code == 404
    assert mette.post(url(cast), {"do": "write", "notes": f"x{number}", "seen-notes": number}).status_code == 422
    agreed = {"title": f"Et kursus #{number}", "course": f"#{number}", "planned_from": number, "planned_to": number}
    assert mette.post(url(cast), {"do": "agree", "kind": "course", "goal": number} | agreed).status_code == 422
    assert mette.post(url(cast), {"do": "goal", "text": "\x00"}).status_code == 400
    for query in ({"agreed": number}, {"added": number}):
        assert mette.get(url(cast), query).status_code == 200
    for name in ("title", "course"):
        assert mette.get("/kurser/forslag/", {name: f"kon{number}"}).status_code == 200


# --- "No course is needed" before there is a plan, and whose fields they are ---


def test_no_course_is_needed_can_be_said_before_anything_else_is_written(cast: Cast) -> None:
    cast.plan.delete()
    mette = enter(cast.mette)
    state = mette.get(f"{url(cast)}tekster/").json()["state"]
    assert autosave(mette, cast, "no-course", "Vi lærer det selv", **{"seen-text": mark_of("")}).status_code == 200
    assert DevelopmentPlan.objects.get().no_course_reason == "Vi lærer det selv"
    told = enter(cast.lars).get(f"{url(cast)}tekster/").json()
    assert told["fields"]["no-course"]["text"] == "Vi lærer det selv"
    assert told["state"] == state  # nobody is told of a change when nothing else has changed


def test_without_script_too(cast: Cast) -> None:
    cast.plan.delete()
    assert write(enter(cast.lars), cast, **{"no-course": "Vi lærer det selv"}).status_code == 302
    assert DevelopmentPlan.objects.get().no_course_reason == "Vi lærer det selv"


def names_of(page: str) -> list[str]:
    """The names of all fields of a page that are written in; a control without a name has an empty one."""
    controls = re.findall(r"<(?:textarea|input|select)\b[^>]*>", page)
    assert "data-writes" not in page or controls
    matches = [re.search(r'\bname="([^"]*)"', control) for control in controls]
    return [match[1] if match is not None else "" for match in matches]


STATES = ("new", "no plan", "goals", "no course", "one signed", "both signed", "group", "declined", "no manager")


def put_in_state(cast: Cast, state: str) -> None:
    talk = cast.conversation
    PreparationQuestion.objects.create(round=cast.round, text_da="Hvad gik godt?")
    if state in ("new", "no plan", "declined", "no manager"):
        cast.plan.delete()
    if state == "new":
        Conversation.objects.update(held_on=None)
    if state in ("goals", "one signed", "both signed", "no manager") and DevelopmentPlan.objects.exists():
        goal_of(cast)
    if state == "no course":
        conversations.state_no_course(cast.plan, "Ingen", by=cast.mette, on=TODAY)
    if state.endswith("signed"):
        conversations.sign_plan(cast.plan, by=cast.mette, on=TODAY)
    if state == "both signed":
        conversations.sign_plan(cast.plan, by=cast.lars, on=TODAY)
    if state == "group":
        group = GroupConversation.objects.create(round=cast.round, manager=cast.lars, title="Stuen")
        Conversation.objects.update(kind=ConversationKind.GROUP, group=group)
        add_group_goal(group, text="Fælles", by=cast.lars, on=TODAY)
    if state == "declined":
        Conversation.objects.update(held_on=None, declined_on=TODAY, declined_reason="Orlov")
    if state == "no manager":
        Conversation.objects.update(manager=None)
    talk.refresh_from_db()


@pytest.mark.parametrize("state", STATES)
def test_no_field_is_without_a_name_and_each_that_is_shown_can_be_saved(cast: Cast, state: str) -> None:
    put_in_state(cast, state)
    people: list[Person] = [cast.mette] + ([cast.lars] if state != "no manager" else [])
    for person in people:
        client = enter(person)
        page = client.get(url(cast)).content.decode()
        assert "" not in names_of(page)
        shown = set(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*data-writes', page))
        assert shown == client.get(f"{url(cast)}tekster/").json()["fields"].keys()
        assert ("no-course" in shown) == (state != "both signed")
        for name in shown:
            assert autosave(client, cast, name, f"{person.given_name} skriver").status_code == 200


def test_who_held_it_and_is_no_manager_now_reads_and_begins_no_plan(cast: Cast) -> None:
    conversations.state_no_course(cast.plan, "Hemmeligt", by=cast.mette, on=TODAY)
    goal = goal_of(cast)
    employ(make_person("Nora"), cast.kindergarten)
    choose_manager(cast.employment, Person.objects.get(given_name="Nora"), by=cast.hanne, on=TODAY)
    lars = enter(cast.lars)
    page = lars.get(url(cast)).content.decode()
    assert "" not in names_of(page) and "no-course" not in names_of(page)
    for field in ("no-course", f"goal-{goal.pk}-text"):
        answer = autosave(lars, cast, field, "x", **{"seen-text": "0"})
        assert (answer.status_code, "theirs" in answer.json()) == (422, False)
    with pytest.raises(NotPermitted):
        save(cast, "no-course", "x", by=cast.lars, seen="0")
    cast.plan.goals.all().delete()
    cast.plan.delete()
    assert autosave(lars, cast, "no-course", "x").status_code == 422
    assert not DevelopmentPlan.objects.exists()
