"""Two people write at once: in different fields both are saved; in one field the later is warned, and both stay."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast
from udbytte.models import Answer, Conversation, Person, Preparation, PreparationQuestion, SetAside
from udbytte.queries.conversations.texts import field_texts_of, mark_of
from udbytte.services.conversations import autosave as writing
from udbytte.services.conversations import plan as conversations
from udbytte.services.errors import NotPossible, Refused

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def save(cast: Cast, field: str, text: str, *, by: Person, **how: Any) -> writing.SavedText:
    """Save as somebody who sees what is stored now, unless told otherwise."""
    if "seen" not in how:
        texts = field_texts_of(Conversation.objects.get(pk=cast.conversation.pk), by, cast.plan)
        how["seen"] = texts[field].mark if field in texts else ""
    how = {"on": TODAY, "at": NOW} | how
    return writing.save_field(cast.conversation, field, text, by=by, **how)


def notes(cast: Cast) -> str:
    return Conversation.objects.get(pk=cast.conversation.pk).notes


@pytest.mark.django_db
def test_the_later_save_of_the_same_field_is_told_what_it_would_overwrite_and_kept(cast: Cast) -> None:
    seen = mark_of("")
    save(cast, "notes", "Lars skriver", by=cast.lars, seen=seen)
    told = save(cast, "notes", "Mette skriver", by=cast.mette, seen=seen)
    assert told == writing.SavedText(mark_of("Lars skriver"), theirs="Lars skriver")
    assert notes(cast) == "Lars skriver"
    assert [(one.field, one.text, one.owner) for one in SetAside.objects.all()] == [("notes", "Mette skriver", None)]


@pytest.mark.django_db
def test_who_puts_theirs_in_its_place_keeps_the_other_text(cast: Cast) -> None:
    save(cast, "notes", "Lars skriver", by=cast.lars, seen=mark_of(""))
    told = save(cast, "notes", "Mette skriver", by=cast.mette, seen=mark_of(""))
    save(cast, "notes", "Mette skriver", by=cast.mette, seen=told.mark, over=True)
    assert notes(cast) == "Mette skriver"
    assert [one.text for one in SetAside.objects.all()] == ["Lars skriver"]
    writing.discard_set_aside_text(cast.conversation, SetAside.objects.get().pk, by=cast.lars, on=TODAY)
    assert not SetAside.objects.exists()


@pytest.mark.django_db
def test_the_same_text_is_no_conflict_and_lines_end_alike(cast: Cast) -> None:
    save(cast, "notes", "A\r\nB", by=cast.lars, seen=mark_of(""))
    assert save(cast, "notes", "A\nB", by=cast.mette, seen=mark_of("")) == writing.SavedText(mark_of("A\nB"))
    assert notes(cast) == "A\nB" and not SetAside.objects.exists()


@pytest.mark.django_db
def test_different_fields_do_not_disturb_each_other(cast: Cast) -> None:
    goal = conversations.add_goal(cast.plan, text="Mål", by=cast.mette, on=TODAY)
    before = field_texts_of(cast.conversation, cast.lars, cast.plan)
    save(cast, "notes", "Noter", by=cast.mette, seen=mark_of(""))
    sign, text = f"goal-{goal.pk}-sign", f"goal-{goal.pk}-text"
    assert save(cast, text, "Kunne lede et møde", by=cast.mette, seen=before[text].mark).theirs is None
    assert save(cast, sign, "Lars er med", by=cast.lars, seen=before[sign].mark).theirs is None
    goal.refresh_from_db()
    assert (goal.text, goal.sign, notes(cast)) == ("Kunne lede et møde", "Lars er med", "Noter")


@pytest.mark.django_db
def test_own_notes_and_answers_are_the_writers_alone_also_when_put_aside(cast: Cast) -> None:
    question = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad gik godt?")
    save(cast, "own", "Kun mit", by=cast.mette)
    save(cast, f"q-{question.pk}", "Svar", by=cast.mette)
    save(cast, f"q-{question.pk}", "Andet svar", by=cast.mette, seen=mark_of(""))
    page = enter(cast.lars).get(f"/samtaler/{cast.conversation.pk}/").content.decode()
    assert "Kun mit" not in page and "Andet svar" not in page and "put aside" not in page
    texts = enter(cast.lars).get(f"/samtaler/{cast.conversation.pk}/tekster/").json()["fields"]
    assert {one["text"] for one in texts.values()} == {""}
    assert Preparation.objects.get(author=cast.mette).notes == "Kun mit"
    with pytest.raises(Refused):
        save(cast, "no-such", "x", by=cast.mette)
    hers = PreparationQuestion.objects.create(round=cast.round, text_da="Til Mette", asked="employee")
    with pytest.raises(NotPossible):
        save(cast, f"q-{hers.pk}", "x", by=cast.lars)


@pytest.mark.django_db
def test_a_goal_keeps_its_text_when_it_is_emptied_and_its_mark_is_of_what_stands(cast: Cast) -> None:
    goal = conversations.add_goal(cast.plan, text="Mål", by=cast.mette, on=TODAY)
    field = f"goal-{goal.pk}-text"
    with pytest.raises(Refused):
        save(cast, field, " ", by=cast.mette, seen=mark_of("Mål"))
    first = save(cast, field, "Kunne ", by=cast.mette, seen=mark_of("Mål"))
    assert save(cast, field, "Kunne lede", by=cast.mette, seen=first.mark).theirs is None
    goal.refresh_from_db()
    assert goal.text == "Kunne lede"


@pytest.mark.django_db
def test_the_page_saves_a_field_says_when_and_shows_what_the_other_wrote(cast: Cast) -> None:
    mette, url = enter(cast.mette), f"/samtaler/{cast.conversation.pk}/"
    answer = mette.post(f"{url}felt/", {"field": "notes", "text": "Mette", "seen-text": mark_of("")})
    assert answer.json() == {"said": "gemt kl. 10.00", "mark": mark_of("Mette")}
    lars = enter(cast.lars)
    told = lars.post(f"{url}felt/", {"field": "notes", "text": "Lars", "seen-text": mark_of("")})
    assert (told.status_code, told.json()) == (409, {"theirs": "Mette", "mark": mark_of("Mette")})
    assert "Lars" in mette.get(url).content.decode()
    state = mette.get(f"{url}tekster/").json()["state"]
    lars.post(f"{url}felt/", {"field": "own", "text": "Hemmeligt", "seen-text": mark_of("")})
    assert mette.get(f"{url}tekster/").json()["state"] == state
    lars.post(url, {"do": "goal", "text": "Et mål"})
    assert mette.get(f"{url}tekster/").json()["state"] != state


@pytest.mark.django_db
def test_without_script_what_was_typed_stands_with_the_other_text_and_is_saved_by_the_next_press(cast: Cast) -> None:
    mette, url = enter(cast.mette), f"/samtaler/{cast.conversation.pk}/"
    save(cast, "notes", "Lars", by=cast.lars)
    page = mette.post(url, {"do": "write", "notes": "Mette", "seen-notes": mark_of("")})
    said = page.content.decode()
    assert page.status_code == 422 and ">Mette</textarea>" in said and "Lars" in said and 'name="over-notes"' in said
    again = {"do": "write", "notes": "Mette", "seen-notes": mark_of("Lars"), "over-notes": "1"}
    assert mette.post(url, again).status_code == 302
    assert notes(cast) == "Mette" and SetAside.objects.get().text == "Lars"
    mette.post(url, {"do": "forget", "aside": SetAside.objects.get().pk})
    assert not SetAside.objects.exists()


@pytest.mark.django_db
def test_sharing_and_saving_are_one_press(cast: Cast) -> None:
    question = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad gik godt?")
    url = f"/samtaler/{cast.conversation.pk}/"
    enter(cast.mette).post(
        url, {"do": "write", f"q-{question.pk}": "Det meste", f"seen-q-{question.pk}": mark_of(""), "share": "1"}
    )
    assert Answer.objects.get().text == "Det meste"
    assert "Det meste" in enter(cast.lars).get(url).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told() -> None:
    cast = make_cast()
    gate, told = threading.Barrier(2), list[writing.SavedText]()

    def run(person: Person) -> None:
        try:
            gate.wait()
            told.append(save(cast, "notes", person.given_name, by=person, seen=mark_of("")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(person,)) for person in (cast.mette, cast.lars)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.theirs is None for one in told) == [False, True]
    assert {notes(cast), SetAside.objects.get().text} == {"Mette", "Lars"}


@pytest.mark.django_db
def test_an_agreement_is_a_title_and_a_press_with_a_course_or_a_way_from_the_suggestions(cast: Cast) -> None:
    lars, url = enter(cast.lars), f"/samtaler/{cast.conversation.pk}/"
    goal = conversations.add_goal(cast.plan, text="Mål", by=cast.mette, on=TODAY)
    of_goal, of_none = lars.get(url).context["goals"]
    assert of_none.form.initial["goal"] == ""
    begun = {"do": "agree"} | {name: value for name, value in of_goal.form.initial.items() if value}
    assert begun["goal"] == goal.pk and begun["planned_from"] > TODAY + timedelta(days=29)
    for title in (f"Konflikt, Engskolen #{cast.run.course.pk}", "Mentorordning", "Læse en bog"):
        assert lars.post(url, begun | {"title": title}).status_code == 302
    rows = [(one.kind, one.title, one.course_id, str(one.method or "")) for one in cast.plan.agreements.order_by("pk")]
    assert rows == [
        ("course", cast.run.course.title, cast.run.course.pk, ""),
        ("practice", "Mentorordning", None, "Mentorordning"),
        ("course", "Læse en bog", None, ""),
    ]
    wrong = lars.post(url, begun | {"title": "x" * 251})
    assert wrong.status_code == 422


@pytest.mark.django_db
def test_nobody_else_reads_or_writes_a_field(cast: Cast) -> None:
    for person in (cast.karim, cast.dorthe, cast.hanne, cast.jonas):
        client: Client = enter(person)
        assert client.get(f"/samtaler/{cast.conversation.pk}/tekster/").status_code == 404
        sent = {"field": "notes", "text": "x"}
        assert client.post(f"/samtaler/{cast.conversation.pk}/felt/", sent).status_code == 404
