"""The ways of learning in practice on one sheet of A4, printed by a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter
from tests.cast import Cast
from udbytte.models import PracticeMethod

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
A4_LANDSCAPE = (842, 595)  # in points


@pytest.mark.parametrize(("language", "own"), [("da", 0), ("en", 0), ("da", 9)])
def test_all_ways_fill_one_sheet(
    cast: Cast, browser: Browser, live_server: LiveServer, language: str, own: int
) -> None:
    for number in range(own):
        summary = "Noget, som vi selv har fundet på, og som er til at forstå på en enkelt linje."
        PracticeMethod.objects.create(key=f"own-{number}", name_da=f"Vores måde {number}", summary_da=summary)
    page = enter(browser, live_server, cast.mette, 1280, "dark", language)
    page.goto("/maader/print/")
    assert page.locator(".on-wall li").count() == 16 + own
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
    assert box is not None and (round(float(box[1])), round(float(box[2]))) == A4_LANDSCAPE
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 1062, "height": 733})  # what is left of the sheet inside its margins
    cut = "all => all.filter(one => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth).length"
    assert page.locator(".on-wall li").evaluate_all(cut) == 0
    page.context.close()
