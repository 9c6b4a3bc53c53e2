"""The page of an agreement: whose the task is, what the reader can do, and in which words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Person
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db


def found(cast: Cast) -> Agreement:
    return take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def funded(cast: Cast) -> Agreement:
    return take_step(found(cast), Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")


def page(person: Person, agreement: Agreement) -> str:
    return enter(person).get(f"/aftaler/{agreement.pk}/").content.decode()


def next_card(text: str) -> str:
    return text.split('aria-labelledby="next"', 1)[1].split("</section>", 1)[0]


def test_whoever_does_not_have_the_task_gets_no_search_fields_in_its_card(cast: Cast) -> None:
    agreement = cast.agree()
    assert 'value="choose_run"' in next_card(page(cast.bente, agreement))
    text = page(cast.mette, agreement)
    assert "<form" not in next_card(text) and f"/aftaler/{agreement.pk}/find/" not in next_card(text)
    assert "Gør det selv" in text and 'value="choose_run"' in text


@pytest.mark.parametrize(
    ("who", "address"),
    [("mette", "/plan/"), ("lars", "/medarbejdere/"), ("bente", "/kursusopgaver/"), ("birgit", "/budget/")],
)
def test_the_way_back_leads_to_where_the_reader_keeps_the_agreement(cast: Cast, who: str, address: str) -> None:
    nominated = take_step(found(cast), Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi vil", price=6000)
    text = page(getattr(cast, who), nominated)
    assert f'<p class="back no-print">\n  <a href="{address}">' in text


def test_the_fold_says_what_it_holds(cast: Cast) -> None:
    text = page(cast.mette, found(cast))
    assert "Udsæt, sæt på pause, drop eller noget andet" in text


def test_the_use_of_a_course_is_asked_about_when_its_money_is_settled(cast: Cast) -> None:
    address = "/brug/"
    assert address not in page(cast.mette, found(cast))
    assert address in page(cast.mette, funded(cast))


def test_whoever_answers_for_the_employee_reads_the_employees_name(cast: Cast) -> None:
    agreement = take_step(funded(cast), Event.REGISTER, by=cast.bente, on=TODAY)
    over = TODAY - timedelta(days=1)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=over, ends_on=over)
    of_mette, of_lars = page(cast.mette, agreement), page(cast.lars, agreement)
    assert "Deltog du?" in of_mette and "Ja, jeg kom af sted" in of_mette
    assert "Deltog du?" not in of_lars and "Ja, jeg kom af sted" not in of_lars
    Agreement.objects.filter(pk=agreement.pk).update(step_owner=cast.lars, line_level=1)
    of_lars = page(cast.lars, agreement)
    assert "Deltog Mette?" in of_lars and "Mette var med" in of_lars and "Mette var ikke med" in of_lars


def test_what_follows_names_the_reader_as_you_and_others_by_their_part(cast: Cast) -> None:
    practice = cast.agree(Kind.PRACTICE)
    assert "Derefter: Hjælperen svarer ja eller nej til at hjælpe." in page(cast.mette, practice)
    assert "Derefter er det dig: Brug det, du har lært, første gang" in page(
        cast.mette, _after_the_course(take_step(funded(cast), Event.REGISTER, by=cast.bente, on=TODAY))
    )


def _after_the_course(agreement: Agreement) -> Agreement:
    over = TODAY - timedelta(days=1)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=over, ends_on=over)
    return agreement
