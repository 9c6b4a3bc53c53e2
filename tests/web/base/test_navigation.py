"""The navigation: what each role is shown, at no cost for what is not shown."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.utils import translation

from tests.cast import Cast, make_cast
from tests.texts import spy_on_texts
from udbytte.models import Person
from udbytte.web.base.request import _links

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def links_of(person: Person) -> list[str]:
    request = RequestFactory().get("/min-plan/")
    request.user = person
    return [link.label for link in _links(request)]


def test_only_the_labels_that_are_shown_are_translated(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with translation.override("en"):
        links_of(cast.mette)  # the addresses are loaded once
        asked = spy_on_texts(monkeypatch)
        for person in (cast.mette, cast.lars, cast.hanne, cast.ida):
            asked.clear()
            shown = links_of(person)
            assert dict(asked) == dict.fromkeys(shown, 1)


def test_each_role_is_shown_its_own(cast: Cast) -> None:
    with translation.override("en"):
        assert links_of(cast.mette) == ["Next step", "My plan", "I help", "Courses", "Ways to learn"]
        assert "My team" in links_of(cast.lars) and "Rounds" not in links_of(cast.lars)
        assert {"Rounds", "Stalled", "Organisation"} <= set(links_of(cast.hanne))
        assert "Imports" in links_of(cast.ida)
