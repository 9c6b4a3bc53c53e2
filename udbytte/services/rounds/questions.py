"""The preparation questions of a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.people import is_hr
from udbytte.models import Asked, Person, PreparationQuestion, Round
from udbytte.queries.rounds.rounds import job_titles_in
from udbytte.services.errors import NotPermitted, NotPossible, Refused, save_row

# The delivered questions of a new round; HR may change them. The first is about the previous round.
FIRST_QUESTIONS: Sequence[tuple[str, str, str]] = (
    (Asked.BOTH, "Hvad er der kommet ud af det, I aftalte sidst?", "What has come of what you agreed last time?"),
    (Asked.BOTH, "Hvad går godt, og hvad vil du gerne mere af?", "What goes well, and what would you like more of?"),
    (
        Asked.EMPLOYEE,
        "Hvad vil du gerne kunne om et år, som du ikke kan nu?",
        "What would you like to be able to do in a year that you cannot do now?",
    ),
    (
        Asked.MANAGER,
        "Hvad får afdelingen brug for, som din medarbejder kan udvikle sig til?",
        "What will the unit need that your employee can develop into?",
    ),
    (Asked.BOTH, "Hvad skal der til, for at det bliver til noget?", "What does it take for it to come to something?"),
)


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question as HR writes it; `pk` of the question it changes, None for a new one.

    `titles`: only for these job titles.
    """

    text_da: str
    text_en: str = ""
    asked: str = Asked.BOTH
    pk: int | None = None
    help_da: str = ""
    help_en: str = ""
    titles: Sequence[str] = ()


def add_delivered_questions(round_: Round) -> None:
    """Give a new round the delivered questions."""
    rows = (
        PreparationQuestion(
            round=round_, position=number, asked=asked, text_da=danish, text_en=english, about_last=number == 0
        )
        for number, (asked, danish, english) in enumerate(FIRST_QUESTIONS)
    )
    PreparationQuestion.objects.bulk_create(rows)


@transaction.atomic
def set_questions(round_: Round, questions: Sequence[QuestionText], *, by: Person | None, on: date) -> None:
    """Set the round's questions, in this order. A question with answers can be reworded but not removed.

    Also Refused for a job title that nobody in the round has.
    """
    if by is not None and not is_hr(by, on):
        raise NotPermitted
    if round_.closed_on is not None:
        raise NotPossible
    written = [question for question in questions if question.text_da.strip()]
    gone = round_.questions.exclude(pk__in=[question.pk for question in written if question.pk])
    if gone.filter(answers__isnull=False).exists():
        raise Refused(_("Somebody has answered that question already. Reword it, or let it stand."))
    gone.delete()
    known = job_titles_in(round_, on)
    for position, question in enumerate(written):
        row = round_.questions.filter(pk=question.pk).first() if question.pk else None
        row = row or PreparationQuestion(round=round_)
        row.position, row.asked = position, question.asked
        row.text_da, row.text_en = question.text_da.strip(), question.text_en.strip()
        row.help_da, row.help_en = question.help_da.strip(), question.help_en.strip()
        row.titles = [_known(title, known) for title in question.titles]
        save_row(row)


def _known(title: str, known: Sequence[str]) -> str:
    """A job title as it is stored, in lower case. Refused if nobody in the round has it."""
    wanted = " ".join(title.lower().split())
    if wanted not in (job_title.lower() for job_title in known):
        raise Refused(_("Nobody in the round's units is %(title)s. Choose a title from the list.") % {"title": title})
    return wanted
