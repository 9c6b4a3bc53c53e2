"""Finding a helper: who is shown, in which order and to whom; offers; and the helper's page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person
from tests.services.practice.test_helping import asked, shared_way, under_way
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, HelpOffer, Person, PracticeMethod
from udbytte.queries.practice.helpers import candidates_for
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPossible, Refused
from udbytte.services.practice.offers import offer_help, take_back_offer

pytestmark = pytest.mark.django_db


def names(agreement: Agreement, query: str = "") -> list[str]:
    return [one.person.given_name for one in candidates_for(agreement, query, TODAY)]


def wanted(cast: Cast) -> Agreement:
    return cast.agree(
        Kind.PRACTICE, title="Svære samtaler med pårørende", method=PracticeMethod.objects.get(key="mentor")
    )


# --- Who is found ---


def test_who_offers_what_it_is_about_comes_before_who_is_near(cast: Cast) -> None:
    offer_help(what="Være med i svære samtaler", by=cast.jonas, on=TODAY)
    offer_help(what="Lægge fliser", by=cast.ida, on=TODAY)
    assert names(wanted(cast)) == ["Jonas", "Karim", "Lars"]


def test_who_has_helped_this_way_before_is_told_without_telling_whom(cast: Cast) -> None:
    before = cast.agree(Kind.PRACTICE, title="Tidligere", method=PracticeMethod.objects.get(key="mentor"))
    before = take_step(before, Event.ASK, by=cast.mette, on=TODAY, helper=cast.dorthe)
    take_step(before, Event.ACCEPT, by=cast.dorthe, on=TODAY)
    found = {one.person: one for one in candidates_for(wanted(cast), "", TODAY)}
    assert found[cast.dorthe].has_done_it and found[cast.dorthe].helps_now == 1
    assert not found[cast.karim].has_done_it


def test_whom_a_helper_suggested_comes_first(cast: Cast) -> None:
    a = asked(cast)
    a = take_step(a, Event.DECLINE, by=cast.karim, on=TODAY, suggests=cast.soren)
    first = candidates_for(a, "", TODAY)[0]
    assert (first.person, first.suggested_by) == (cast.soren, cast.karim.name)


def test_who_helps_as_many_as_offered_comes_last_and_can_still_be_asked(cast: Cast) -> None:
    offer_help(what="Svære samtaler", by=cast.karim, on=TODAY, at_most=1)
    take_step(asked(cast), Event.ACCEPT, by=cast.karim, on=TODAY)
    found = candidates_for(wanted(cast), "", TODAY)
    assert found[-1].person == cast.karim and found[-1].is_full


@pytest.mark.parametrize("query", ["samtale", "samtaler med pårørende", "paaroerende", "pårørnde", "samtalr"])
def test_an_offer_is_found_by_its_stem_a_part_or_a_slip_of_the_hand(cast: Cast, query: str) -> None:
    offer_help(what="Forældresamtaler og samtaler med pårørende", by=cast.jonas, on=TODAY)
    assert names(wanted(cast), query) == ["Jonas"]


def test_a_name_finds_anybody_who_works_here_but_not_oneself_nor_who_is_asked_already(cast: Cast) -> None:
    a = asked(cast)
    assert names(a, "ida") == ["Ida"]
    assert names(a, "mette") == names(a, "karim") == []


def test_who_has_left_is_not_found(cast: Cast) -> None:
    offer_help(what="Svære samtaler", by=cast.jonas, on=TODAY)
    Person.objects.filter(pk=cast.jonas.pk).update(is_active=False)
    assert "Jonas" not in names(wanted(cast)) and names(wanted(cast), "svære") == []


def test_the_finder_asks_as_much_of_the_database_for_thirty_as_for_one(cast: Cast) -> None:
    a = wanted(cast)
    offer_help(what="Svære samtaler", by=cast.jonas, on=TODAY)
    candidates_for(a, "", TODAY)
    with CaptureQueriesContext(
        connection,
    ) as one:
        candidates_for(a, "", TODAY)
    for number in range(30):
        person = make_person(f"Kollega{number}")
        employ(person, cast.kindergarten)
        offer_help(what=f"Svære samtaler {number}", by=person, on=TODAY)
    with CaptureQueriesContext(connection) as thirty:
        assert len(candidates_for(a, "", TODAY)) == 20
    assert len(thirty) == len(one)


# --- The page ---


def test_one_press_on_the_finders_page_asks(cast: Cast) -> None:
    a = wanted(cast)
    client = enter(cast.mette)
    page = client.get(reverse("find-helper", args=[a.pk]), {"q": "karim"}).content.decode()
    assert 'value="ask"' in page and f"#{cast.karim.pk}" in page
    said = {"event": "ask", "turn": a.turn, "helper": f"x #{cast.karim.pk}", "role": "mentor", "hours": "6"}
    assert client.post(reverse("agreement", args=[a.pk]), said).status_code == 302
    helper = a.helpers.get()
    assert (helper.person, helper.role, helper.hours) == (cast.karim, "mentor", 6)


def test_one_more_is_asked_from_the_same_page_and_nobody_where_it_is_done(cast: Cast) -> None:
    a = under_way(cast)
    client = enter(cast.mette)
    assert 'value="ask_another"' in client.get(reverse("find-helper", args=[a.pk])).content.decode()
    take_step(a, Event.FINISH, by=cast.mette, on=date(2026, 6, 1))
    assert client.get(reverse("find-helper", args=[a.pk])).status_code == 302


def test_a_shared_way_asks_for_partners_without_a_role(cast: Cast) -> None:
    a = cast.agree(Kind.PRACTICE, method=shared_way())
    said = {"event": "ask", "turn": a.turn, "helper": f"x #{cast.karim.pk}", "role": "buddy", "hours": ""}
    assert enter(cast.mette).post(reverse("agreement", args=[a.pk]), said).status_code == 302
    assert a.helpers.get().role == "buddy"


# --- Offers and the helper's own page ---


def test_an_offer_is_made_changed_by_the_same_words_and_taken_back(cast: Cast) -> None:
    client = enter(cast.jonas)
    said = {"what": "Regneark", "at_most": "2", "until": (TODAY + timedelta(days=90)).isoformat()}
    assert client.post(reverse("offer-help"), said).status_code == 302
    assert client.post(reverse("offer-help"), said | {"at_most": "3"}).status_code == 302
    offer = HelpOffer.objects.get()
    assert (offer.person, offer.at_most) == (cast.jonas, 3)
    assert client.post(reverse("take-back-offer", args=[offer.pk])).status_code == 302
    assert client.post(reverse("take-back-offer", args=[offer.pk])).status_code == 302
    offer.refresh_from_db()
    assert offer.withdrawn_on == TODAY and not names(wanted(cast), "regneark")


@pytest.mark.parametrize(
    ("field", "value"), [("what", ""), ("at_most", "0"), ("at_most", "11"), ("until", "2020-01-01"), ("method", "999")]
)
def test_a_wrong_offer_says_which_field_and_keeps_what_was_written(cast: Cast, field: str, value: str) -> None:
    said = {"what": "Regneark til alle", "at_most": "1", field: value}
    response = enter(cast.jonas).post(reverse("offer-help"), said)
    assert response.status_code == 422 and not HelpOffer.objects.exists()
    assert response.context["offer"].errors[field]


def test_only_who_offered_takes_it_back(cast: Cast) -> None:
    offer = offer_help(what="Regneark", by=cast.jonas, on=TODAY)
    assert enter(cast.karim).post(reverse("take-back-offer", args=[offer.pk])).status_code == 404
    with pytest.raises(NotPossible):
        take_back_offer(offer, by=cast.karim, on=TODAY)


def test_nobody_offers_everything(cast: Cast) -> None:
    for number in range(10):
        offer_help(what=f"Tilbud {number}", by=cast.jonas, on=TODAY)
    with pytest.raises(Refused):
        offer_help(what="Et til", by=cast.jonas, on=TODAY)
    with pytest.raises(MissingFact):
        offer_help(what=" ", by=cast.karim, on=TODAY)


def test_the_helpers_page_asks_first_then_shows_whom_one_helps(cast: Cast) -> None:
    a = asked(cast, title="Lær vagtplanen", purpose="Så jeg kan lægge den selv", if_then="HEMMELIGT STED")
    client = enter(cast.karim)
    page = client.get(reverse("helping")).content.decode()
    assert "Så jeg kan lægge den selv" in page and "HEMMELIGT" not in page
    assert all(f'value="{event}"' in page for event in ("accept", "accept_later", "decline"))
    take_step(a, Event.ACCEPT, by=cast.karim, on=TODAY)
    page = client.get(reverse("helping")).content.decode()
    assert 'value="accept"' not in page and "Lær vagtplanen" in page
    a.refresh_from_db()
    take_step(a, Event.LOSE_HELPER, by=cast.karim, on=TODAY, reason="Nyt job")
    assert "Lær vagtplanen" not in client.get(reverse("helping")).content.decode()


def test_who_is_asked_besides_sees_it_on_the_first_page(cast: Cast) -> None:
    said = "Nogen spørger, om du kan hjælpe"
    asked(cast, cast.jonas)
    assert said in enter(cast.jonas).get("/").content.decode()
    assert said not in enter(cast.karim).get("/").content.decode()  # it is their next step, and stands first
