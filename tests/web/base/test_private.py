"""What browsers may keep of our pages, the headers of files and refusals, and the file about security holes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.search.words import MOST_WORDS, search_words
from udbytte.runtime.config import parse_contact

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["home", "plan", "team", "courses", "preferences"])
def test_no_page_of_somebody_who_is_logged_in_is_stored(cast: Cast, name: str) -> None:
    assert "no-store" in enter(cast.lars).get(reverse(name))["Cache-Control"]


def test_a_conversation_an_agreement_and_a_missing_page_are_not_stored(cast: Cast) -> None:
    lars, agreement = enter(cast.lars), cast.agree()
    for address in (
        reverse("conversation", args=[cast.plan.conversation_id]),
        reverse("agreement", args=[agreement.pk]),
        reverse("agreement", args=[0]),
    ):
        assert "no-store" in lars.get(address)["Cache-Control"], address


def test_logging_out_removes_what_the_browser_has_stored(cast: Cast) -> None:
    answer = enter(cast.mette).post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in Client().get(reverse("account_login"))


@pytest.mark.parametrize("host", ["testserver", "evil.test"])
def test_errors_and_refusals_have_the_headers_of_pages(cast: Cast, host: str) -> None:
    for address in ("/static/udbytte.css", "/findes-ikke/", "/"):
        answer = enter(cast.mette).get(address, headers={"host": host})
        assert answer["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors" in answer["Content-Security-Policy"], address
        assert answer["X-Content-Type-Options"] == "nosniff", address


def test_the_file_about_security_holes_says_whom_to_tell(settings: Settings) -> None:
    assert Client().get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:sikkerhed@engby.dk"
    text = Client().get("/.well-known/security.txt").content.decode()
    facts = dict(line.split(": ", 1) for line in text.splitlines())
    assert facts["Contact"] == "mailto:sikkerhed@engby.dk"
    assert datetime.fromisoformat(facts["Expires"]).date() == TODAY + timedelta(days=180)


@pytest.mark.parametrize("text", ["sikkerhed@engby.dk", "http://engby.dk", "mailto:a b"])
def test_a_contact_that_nobody_can_use_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="mailto:"):
        parse_contact(text)


def test_a_search_has_no_more_words_than_people_type(cast: Cast) -> None:
    assert search_words("  Åse  Ø ") == ["Åse", "Ø"]
    assert len(search_words("ord " * 600)) == MOST_WORDS
    assert enter(cast.hanne).get(reverse("organisation"), {"q": "ord " * 600}).status_code == 200
