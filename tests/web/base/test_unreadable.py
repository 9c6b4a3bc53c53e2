"""What cannot be read or stored is refused before anything of ours sees it, on a page of ours."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def refused(page: object) -> bool:
    return "kunne ikke læses" in page.content.decode() and page.status_code == 400  # type: ignore[attr-defined]


def test_a_nul_character_is_refused_wherever_it_stands(cast: Cast) -> None:
    client = enter(cast.hanne)
    client.raise_request_exception = False
    assert refused(client.get("/organisation/", {"q": "x\0"}))
    assert refused(client.get("/organisation/?a%00=x"))
    assert refused(client.get("/svar/a%00b/"))
    assert refused(client.post("/organisation/", {"person": "x\0y"}))
    assert refused(client.post("/organisation/", "person=%00", content_type=FORM))
    client.cookies["sessionid"] = "abcdefghij\0"
    assert refused(client.get("/"))


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "base64", "no-such-one", "latin-1"])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b", "text/plain"])
@pytest.mark.parametrize("debug", [True, False])
def test_another_charset_than_utf_8_is_refused(cast: Cast, charset: str, kind: str, debug: bool) -> None:
    with pytest.MonkeyPatch.context() as change:
        change.setattr("django.conf.settings.DEBUG", debug)
        client = Client(raise_request_exception=False)
        page = client.generic("POST", "/sprog/", b"language=da", f"{kind}; charset={charset}")
    assert refused(page) and page["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_utf_8_is_read_however_it_is_named(cast: Cast, charset: str) -> None:
    answer = Client().post("/sprog/", "language=en", content_type=f"{FORM}; charset={charset}")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("sent", "leads_to"),
    [
        *(("/plan/", "/plan/"), ("/konto/login/?next=/", "/konto/login/?next=/"), ("", "/"), ("abc", "/")),
        *(("//evil.test/", "/"), ("https://evil.test/", "/"), ("/\\evil.test", "/"), ("javascript:x", "/")),
    ],
)
def test_the_language_switch_leads_back_to_a_page_of_ours_only(cast: Cast, sent: str, leads_to: str) -> None:
    answer = Client().post("/sprog/", {"language": "da", "next": sent})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)


def test_a_kickoff_that_was_held_is_not_given_up_and_says_so(cast: Cast) -> None:
    from django.utils import timezone

    from tests.cast import TODAY
    from udbytte.models import KickoffMeeting

    meeting = KickoffMeeting.objects.create(
        round=cast.round, unit=cast.kindergarten, planned_at=timezone.now(), held_on=TODAY
    )
    url = reverse("kickoff", args=[meeting.pk])
    page = enter(cast.lars).post(url, {"do": "cancel"}, follow=True)
    assert "Mødet er allerede holdt." in page.content.decode()
    assert KickoffMeeting.objects.filter(pk=meeting.pk).exists()


def test_trace_is_refused_everywhere(cast: Cast) -> None:
    assert enter(cast.hanne).trace("/").status_code == 405
