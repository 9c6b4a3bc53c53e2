"""The browser keeps what is typed until the server says that it is saved, and logging in leads back to it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import Cast
from udbytte.models import Conversation
from udbytte.web.base.drafts import SAVED

pytestmark = pytest.mark.django_db


def saved(client: Client, url: str, form: dict[str, str]) -> str:
    """The drafts that the answer says are saved."""
    answer = client.post(url, form)
    return answer.cookies[SAVED].value if SAVED in answer.cookies else ""


@pytest.fixture
def url(cast: Cast) -> str:
    Conversation.objects.filter(pk=cast.conversation.pk).update(held_on=None)
    return reverse("meeting", args=[cast.conversation.pk])


def test_what_is_saved_is_named_until_the_browser_has_removed_it(cast: Cast, url: str) -> None:
    client = enter(cast.mette)
    assert saved(client, url, {"do": "decline", "reason": "Ikke i år", "draft": "abc1"}) == "abc1"
    assert saved(client, url, {"do": "take-back", "draft": "abc2"}) == "abc1.abc2"
    for number in range(12):
        client.post(reverse("language"), {"language": "da", "draft": f"n{number}"})
    assert client.cookies[SAVED].value == ".".join(f"n{number}" for number in range(2, 12))


@pytest.mark.parametrize(
    "form",
    [
        {"do": "decline", "reason": "", "draft": "a"},  # the form is shown again
        {"do": "cancel", "draft": "a"},  # refused, with a message on the next page
        {"do": "nonsense", "draft": "a"},  # not found
        {"do": "decline", "reason": "Nej", "draft": "a;b"},  # no draft of ours
        {"do": "decline", "reason": "Nej"},
    ],
)
def test_what_is_not_saved_is_not_named(cast: Cast, url: str, form: dict[str, str]) -> None:
    assert saved(enter(cast.mette), url, form) == ""


def test_a_form_sent_after_the_session_has_ended_leads_through_login_back_to_its_page(cast: Cast, url: str) -> None:
    agreement = cast.agree()
    step = reverse("agreement", args=[agreement.pk])
    for page, to in (
        ("http://testserver/plan/?uge=2#her", "/plan/%3Fuge%3D2"),
        ("https://evil.test/plan/", url),
        ("/plan/", url),
        ("http://[::1", url),
        ("", url),
    ):
        answer = Client().post(url, {"do": "decline", "reason": "Nej", "draft": "a"}, headers={"referer": page})
        assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={to}")
        assert SAVED not in answer.cookies
    seen = Client().get(step, headers={"referer": "http://testserver/plan/"})
    assert seen["Location"] == f"{reverse('account_login')}?next={step}"
