"""Mette with words of everybody about her, who then leaves: for tests of what is handed out and what is erased."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

from tests.cast import TODAY, Cast
from udbytte.access.data_map import TECHNICAL
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.notifications import NotificationKind
from udbytte.models import (
    Answer,
    AttachmentKind,
    EarlierText,
    Email,
    Employment,
    Notification,
    Observation,
    Outcome,
    Person,
    Preparation,
    PreparationQuestion,
    SetAside,
)
from udbytte.services.agreements.attachments import add_attachment
from udbytte.services.agreements.take_step import take_step
from udbytte.services.conversations.plan import add_goal, sign_plan, state_no_course
from udbytte.services.people.organisation import follow_organisation_changes

WORD = "kanariefugl"  # in all texts by and about Mette
LEFT_ON = date(2026, 6, 30)


def write_about_mette(cast: Cast) -> None:
    """A conversation with everything that people can write in it, a signed plan, and two agreements that end."""
    Person.objects.filter(pk=cast.mette.pk).update(given_name=f"Mette {WORD}")
    Employment.objects.filter(pk=cast.employment.pk).update(external_id=f"{WORD}-1")
    cast.mette.refresh_from_db()
    conversation = cast.conversation
    conversation.notes = f"{WORD}: noter"
    conversation.save(update_fields=["notes"])
    question = PreparationQuestion.objects.create(
        round=cast.round, position=1, asked="both", text_da="Hvad?", text_en="What?"
    )
    for author, shared_on in ((cast.mette, TODAY), (cast.lars, None)):
        preparation = Preparation.objects.create(
            conversation=conversation, author=author, shared_on=shared_on, notes=f"{WORD}: kun {author.short_name}"
        )
        Answer.objects.create(preparation=preparation, question=question, text=f"{WORD}: svar af {author.given_name}")
    now = timezone.now()
    SetAside.objects.create(conversation=conversation, field="notes", text=f"{WORD}: til side", at=now)
    SetAside.objects.create(
        conversation=conversation, field="own", owner=cast.lars, text=f"{WORD}: lagt til side af Lars", at=now
    )
    EarlierText.objects.create(conversation=conversation, field="notes", text=f"{WORD}: før", by=cast.lars, at=now)
    add_goal(cast.plan, text=f"{WORD}: mål", by=cast.mette, on=TODAY)
    state_no_course(cast.plan, f"{WORD}: intet kursus", by=cast.mette, on=TODAY)
    course = cast.agree(title=f"{WORD}: kursus", purpose=WORD, first_use=WORD)
    practice = cast.agree(Kind.PRACTICE, title=f"{WORD}: praksis", turn_to=WORD)
    sign_plan(cast.plan, by=cast.mette, on=TODAY)
    sign_plan(cast.plan, by=cast.lars, on=TODAY)
    add_attachment(course, kind=AttachmentKind.PROOF, name=f"{WORD}.pdf", content=b"%PDF-1.7", by=cast.mette, on=TODAY)
    take_step(practice, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    take_step(course, Event.PROPOSE_DROP, by=cast.lars, on=TODAY, reason="no_time", note=WORD)
    Outcome.objects.create(agreement=practice, learned=f"{WORD}: lært", newness="much", shared=True, told_on=TODAY)
    Observation.objects.create(agreement=practice, by=cast.lars, text=f"{WORD}: set", on=TODAY)


def leave(cast: Cast, last_day: date = LEFT_ON) -> None:
    Employment.objects.filter(pk=cast.employment.pk).update(ends_on=last_day)
    follow_organisation_changes(on=last_day + timedelta(days=1))
    cast.mette.refresh_from_db()


def tables_with(word: str) -> set[str]:
    """The tables in which a row has the word anywhere, as the application reads it: most texts are encrypted."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in TECHNICAL:
            rows = model._base_manager.values()
            if any(word.lower() in str(row).lower() for row in rows):
                found.add(model._meta.db_table.removeprefix("udbytte_"))
    return found


def old_message(person: Person, on: date, **facts: Any) -> Notification:
    """A notification of the day that was sent."""
    now = timezone.now()
    email = Email.objects.create(
        person=person,
        key=f"old:{on}",
        kind="digest",
        on=on,
        to="x@example.test",
        subject="s",
        text="t",
        message_id="m",
        next_try_at=now,
        sent_at=now,
    )
    return Notification.objects.create(
        person=person, cause=f"old:{on}", kind=NotificationKind.SIGNED, on=on, email=email, **facts
    )
