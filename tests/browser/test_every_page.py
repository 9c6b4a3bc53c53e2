"""Every page in a browser: axe finds nothing, on a phone and on a desk, light and dark, in both languages.

`SCREENSHOTS=folder pytest tests/browser` keeps a picture of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import ALL_LOOKS, LOOKS, enter, keep_picture, listen, look_at
from tests.browser.pages import pages_of, person_called
from tests.browser.several_stages import kept_in_several_stages
from tests.browsing import sent
from tests.cast import TODAY, Cast
from udbytte.models import (
    Person,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


PARTS = 4  # so that several workers can share the pages, and none has a long test at its end


@pytest.fixture
def cast() -> Iterator[Cast]:
    """The cast with agreements in several stages, on a known day."""
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=True):
        yield kept_in_several_stages().bring()


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["da", pytest.param("en", marks=pytest.mark.prove)])
def test_axe_finds_nothing_on_any_page(
    cast: Cast, browser: Browser, live_server: LiveServer, language: str, part: int
) -> None:
    """Each page is fetched once in each language, and looked at in two ways; in `make test` in one of the two."""
    found = []
    of_part = enumerate(sorted(set(pages_of(cast)))[part::PARTS])
    for who, pages in groupby(of_part, key=lambda numbered: numbered[1][0]):
        page = enter(browser, live_server, person_called(cast, who), 360, "light", language)
        spoken: list[str] = []
        listen(page, spoken)
        for number, (_, path) in pages:
            spoken.clear()
            page.context.clear_cookies(name=settings.LANGUAGE_COOKIE_NAME)
            page.goto(path)
            for look in LOOKS[language] if ALL_LOOKS else [LOOKS[language][number % 2]]:
                found += [(who, path, look, *wrong) for wrong in look_at(page, spoken, look)]
                keep_picture(page, f"{who or 'anyone'}{path}", f"{look[0]}-{look[1]}-{language}")
        page.context.close()
    assert found == []


@pytest.mark.parametrize("language", ["da", pytest.param("en", marks=pytest.mark.prove)])
def test_axe_finds_nothing_on_the_way_in_and_behind_the_second_step(
    cast: Cast, browser: Browser, live_server: LiveServer, language: str
) -> None:
    """These pages are only there half-way through logging in, or for who uses the second step."""
    cache.clear()  # only so many codes are sent to one address in a minute
    Person.objects.filter(pk=cast.mette.pk).update(language=language)
    TOTP.activate(cast.mette, generate_totp_secret())
    emergency = RecoveryCodes.activate(cast.mette).get_unused_codes()
    page = enter(browser, live_server, None, 360, "light", language)
    spoken: list[str] = []
    listen(page, spoken)
    found: list[tuple[object, ...]] = []

    def look(name: str) -> None:
        assert page.url.split("?")[0] == f"{live_server.url}{reverse(name)}"
        for one in LOOKS[language]:
            found.extend((name, one, *wrong) for wrong in look_at(page, spoken, one))
            keep_picture(page, f"mette_{name}", f"{one[0]}-{one[1]}-{language}")

    page.goto(reverse("account_request_login_code"))
    look("account_request_login_code")
    page.locator("input[name=email]").fill("mette@example.test")
    page.locator("main button.ds-button").first.click()
    look("account_confirm_login_code")
    page.locator("input[name=code]").fill("AAAA-AAAA")  # a wrong one first: the error is looked at too
    page.locator("main button.ds-button").first.click()
    look("account_confirm_login_code")
    code = re.search(r"^\s*([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\s*$", str(sent()[-1].body), re.MULTILINE)
    assert code is not None
    page.locator("input[name=code]").fill(code[1])
    page.locator("main button.ds-button").first.click()
    look("mfa_authenticate")
    page.locator("input[name=code]").fill(emergency[0])
    page.locator("main button.ds-button").first.click()
    page.wait_for_url(f"{live_server.url}/")
    page.goto(reverse("mfa_index"))
    look("mfa_index")
    page.goto(reverse("mfa_view_recovery_codes"))
    look("mfa_reauthenticate")  # the codes are shown to who shows another one first
    page.locator("input[name=code]").fill(emergency[1])
    page.locator("main button.ds-button").first.click()
    look("mfa_view_recovery_codes")
    for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        page.goto(reverse(name))
        look(name)
    page.context.close()
    assert found == []
