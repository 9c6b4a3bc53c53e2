"""HR edits practice methods: texts, order, which are offered, and going back to what was delivered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Kind
from udbytte.domain.practice.method_files import delivered_methods
from udbytte.models import Agreement, MethodGroup, PracticeMethod
from udbytte.services.errors import NotPermitted, NotPossible
from udbytte.services.practice.methods import FIELDS, arrange_methods, hide_method, reset_method, save_method

pytestmark = pytest.mark.django_db


def mentor() -> PracticeMethod:
    return PracticeMethod.objects.get(key="mentor")


def filled(method: PracticeMethod, **said: Any) -> dict[str, Any]:
    """What the form of a method sends, with these changes."""
    now = {name: value for name in FIELDS if (value := getattr(method, name)) not in (None, False)}
    return now | said


def beside() -> list[str]:
    return [method.key for method in PracticeMethod.objects.all() if method.group == MethodGroup.BESIDE]


def test_hr_edits_the_texts_in_both_languages(cast: Cast) -> None:
    hanne = enter(cast.hanne)
    said = filled(mentor(), name_da="Vores mentorer", name_en="Our mentors", weeks=20, check_in_weeks="")
    response = hanne.post(reverse("edit-method", args=[mentor().pk]), said)
    assert response["Location"] == reverse("method", args=[mentor().pk])
    method = mentor()
    assert (method.name_da, method.name_en, method.weeks, method.check_in_weeks) == (
        "Vores mentorer",
        "Our mentors",
        20,
        None,
    )
    assert method.fits_da == delivered_methods()["mentor"]["fits_da"]
    assert "ændret af jer" in hanne.get(reverse("arrange-methods")).content.decode()


def test_an_agreement_keeps_the_words_it_was_made_with(cast: Cast) -> None:
    agreed = cast.agree(Kind.PRACTICE, method=mentor(), title=mentor().ready_title_da)
    save_method(mentor(), {"ready_title_da": "Noget andet"}, by=cast.hanne, on=TODAY)
    assert Agreement.objects.get(pk=agreed.pk).title == delivered_methods()["mentor"]["ready_title_da"]


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"name_da": " "}, "name_da", "Dette felt er påkrævet."),
        ({"summary_da": ""}, "summary_da", "Dette felt er påkrævet."),
        ({"name_da": "Coaching"}, "name_da", "En anden måde hedder det samme."),
        ({"weeks": 0}, "weeks", "Mellem 1 og 104 uger."),
        ({"check_in_weeks": 27}, "check_in_weeks", "Mellem 1 og 26 uger."),
        ({"helper_hours": 501}, "helper_hours", "Højst 500 timer."),
        ({"people_from": 4, "people_to": 3}, "people_to", "Mellem 1 og 12 personer"),
        ({"wishes": ["ukendt"]}, "wishes", "ukendt"),
        ({"role": "konge"}, "role", "konge"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    cast: Cast, wrong: dict[str, Any], field: str, message: str
) -> None:
    said = filled(mentor(), fits_da="Skrevet om") | wrong
    response = enter(cast.hanne).post(reverse("edit-method", args=[mentor().pk]), said)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert message in response.context["form"].errors[field][0]
    assert "Skrevet om" in response.content.decode()
    assert mentor().fits_da == delivered_methods()["mentor"]["fits_da"]


def test_hr_adds_an_own_way_that_everybody_sees_last_in_its_group(cast: Cast) -> None:
    hanne = enter(cast.hanne)
    assert hanne.get(reverse("new-method")).status_code == 200
    said = {"name_da": "Forældrekaffe", "summary_da": "Drik kaffe med en forælder hver fredag.", "role": "colleague"}
    numbers = {"weeks": 6, "helper_hours": 0, "people_from": 1, "people_to": 1, "wishes": ["beside_me"]}
    response = hanne.post(reverse("new-method"), said | numbers)
    method = PracticeMethod.objects.get(name_da="Forældrekaffe")
    assert response["Location"] == reverse("method", args=[method.pk])
    assert (method.is_delivered, method.drawing, beside()[-1]) == (False, "own", method.key)
    page = enter(cast.mette).get(reverse("methods")).content.decode()
    assert "Drik kaffe med en forælder hver fredag." in page
    assert "ingen bliver bedt om hjælp" in page
    listed = hanne.get(reverse("arrange-methods")).content.decode()
    assert "jeres egen" in listed and "ikke oversat" in listed


def arrange(client: Client, places: dict[str, int], hidden: tuple[str, ...] = ()) -> Any:
    """Send the page of the order with these places changed, and everything else as the page has it."""
    page = client.get(reverse("arrange-methods")).content.decode()
    fields = {name: int(value) for name, value in re.findall(r'name="(place-\d+)"\s+value="(\d+)"', page)}
    by_key = {method.key: method.pk for method in PracticeMethod.objects.all()}
    fields |= {f"place-{by_key[key]}": place for key, place in places.items()}
    shown = [pk for key, pk in by_key.items() if key not in hidden]
    return client.post(reverse("arrange-methods"), {**fields, "shown": shown})


def test_ways_change_places_within_their_group(cast: Cast) -> None:
    assert beside() == ["side_by_side", "mentor", "supervision", "coaching"]
    hanne = enter(cast.hanne)
    assert arrange(hanne, {"coaching": 3, "mentor": 1})["Location"] == reverse("arrange-methods")
    assert beside() == ["mentor", "side_by_side", "coaching", "supervision"]
    arrange(hanne, {"mentor": 2})
    assert beside() == ["side_by_side", "mentor", "coaching", "supervision"]
    arrange(hanne, {"side_by_side": 4, "mentor": 99})
    assert beside() == ["coaching", "supervision", "side_by_side", "mentor"]
    others = [method.key for method in PracticeMethod.objects.all() if method.group != MethodGroup.BESIDE]
    assert others == [key for key in delivered_methods() if key not in beside()]


def test_a_hidden_way_stays_on_its_agreements_and_can_be_offered_again(cast: Cast) -> None:
    agreed = cast.agree(Kind.PRACTICE, method=mentor())
    hanne = enter(cast.hanne)
    arrange(hanne, {}, hidden=("mentor",))
    assert mentor().hidden
    assert Agreement.objects.get(pk=agreed.pk).method == mentor()
    assert PracticeMethod.objects.filter(hidden=True).count() == 1
    arrange(hanne, {})
    assert not mentor().hidden


def test_an_order_that_is_no_number_changes_nothing(cast: Cast) -> None:
    before = beside()
    fields = {f"place-{method.pk}": "først" for method in PracticeMethod.objects.all()}
    enter(cast.hanne).post(reverse("arrange-methods"), fields)
    assert beside() == before and not PracticeMethod.objects.filter(hidden=True).exists()


def test_a_delivered_way_is_set_back_to_what_was_delivered_where_it_stands(cast: Cast) -> None:
    hide_method(mentor(), hidden=True, by=cast.hanne, on=TODAY)
    arrange_methods({mentor().pk: 1}, set(), by=cast.hanne, on=TODAY)
    save_method(mentor(), {"name_da": "Andet", "asks_en": "", "weeks": 3, "wishes": []}, by=cast.hanne, on=TODAY)
    hanne = enter(cast.hanne)
    assert "Gendan den" in hanne.get(reverse("edit-method", args=[mentor().pk])).content.decode()
    page = hanne.post(reverse("reset-method", args=[mentor().pk]), follow=True).content.decode()
    assert "Mentorordning er, som den blev leveret." in page
    method = mentor()
    assert {name: getattr(method, name) for name in FIELDS} == dict(delivered_methods()["mentor"])
    assert (method.hidden, method.position) == (True, 0)
    assert "Gendan den" not in hanne.get(reverse("edit-method", args=[method.pk])).content.decode()


def test_an_own_way_cannot_be_set_back(cast: Cast) -> None:
    own = save_method(PracticeMethod(), {"name_da": "Egen", "summary_da": "Vores."}, by=cast.hanne, on=TODAY)
    with pytest.raises(NotPossible):
        reset_method(own, by=cast.hanne, on=TODAY)
    page = enter(cast.hanne).post(reverse("reset-method", args=[own.pk]), follow=True).content.decode()
    assert "Det kan man ikke" in page


@pytest.mark.parametrize("who", ["mette", "lars", "bente", "ida", "soren"])
def test_only_hr_keeps_the_ways(cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    for act in (
        lambda: save_method(mentor(), {"name_da": "Andet"}, by=person, on=TODAY),
        lambda: arrange_methods({mentor().pk: 1}, set(), by=person, on=TODAY),
        lambda: hide_method(mentor(), hidden=True, by=person, on=TODAY),
        lambda: reset_method(mentor(), by=person, on=TODAY),
    ):
        with pytest.raises(NotPermitted):
            act()
    client: Client = enter(person)
    for name in ("reset-method", "edit-method"):
        assert client.post(reverse(name, args=[mentor().pk])).status_code == 404
