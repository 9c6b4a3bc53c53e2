"""The next step as its reader reads it: a request, a question after its day, and another's in the third person."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from udbytte.models import Agreement, Person
from udbytte.models.labels import STEP_LABELS
from udbytte.models.third_person import AFTER, EMPLOYEES_OWN, NEXT, NOT_DONE, step_words

METTE, LARS = Person(pk=1, given_name="Mette", family_name="Hansen"), Person(pk=2, given_name="Lars")


def words(step: str, reader: Person, *, late: bool) -> str:
    agreement = Agreement(step=step, employee=METTE, step_owner=METTE)
    with override("da"):
        return step_words(agreement, reader.pk, is_late=late)


@pytest.mark.parametrize(
    ("step", "late", "own", "others"),
    [
        ("go", False, "Tag på kurset", "Mette Hansen tager på kurset"),
        ("go", True, "Kom du på kurset?", "Mette Hansen mangler at svare på, om kurset blev til noget"),
        ("check_in", True, "Sker det?", "Mette Hansen mangler at svare på, om det sker"),
        ("find_helper", True, "Find en, der kan hjælpe", "Mette Hansen mangler at finde en, der kan hjælpe"),
    ],
)
def test_a_step_is_a_request_then_a_question_and_anothers_is_in_the_third_person(
    step: str, late: bool, own: str, others: str
) -> None:
    assert words(step, METTE, late=late) == own
    assert words(step, LARS, late=late) == others


def test_each_step_has_its_words() -> None:
    assert set(NOT_DONE) == set(NEXT) == set(STEP_LABELS)
    assert set(AFTER) == EMPLOYEES_OWN
