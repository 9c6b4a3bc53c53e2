"""A page in a browser for somebody who is logged in, and what axe finds on it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from udbytte.models import (
    Person,
)

PICTURES = os.environ.get("SCREENSHOTS", "")


Look = tuple[int, Any]  # width and colours


LOOKS: dict[str, list[Look]] = {"da": [(360, "light"), (1280, "dark")], "en": [(360, "dark"), (1280, "light")]}
if PICTURES:
    LOOKS["da"] += [(768, "light"), (1600, "light")]


ALL_LOOKS = bool(PICTURES) or os.environ.get("HYPOTHESIS_PROFILE") == "thorough"  # as in `make prove`


LOOK_FOR_FAULTS = """
axe.run({resultTypes: ["violations"]})
    .then(found => found.violations.map(one => [one.id, one.nodes.slice(0, 2).map(node => node.html)]))
"""

# WCAG 2.2, 1.4.12: with so much space nothing may be lost. A style sheet made by script is no inline style.
SPACE_TEXT_OUT = """
document.adoptedStyleSheets = [new CSSStyleSheet()];
document.adoptedStyleSheets[0].replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }
`);
"""


IS_TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


# What stands out of the window, without what a part of the page that can be scrolled holds.
TOO_WIDE = """
[...document.querySelectorAll("main *, header *, footer *")]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
    .filter((one, number, all) => !one.closest("[tabindex='0'], .unseen") && !one.contains(all[number + 1]))
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120))
"""


# Links in a sentence are as high as its line (WCAG 2.2, 2.5.8). What is nowhere to be seen is no target.
TOO_LOW = """
[...document.querySelectorAll(
    "button, summary, select, input.ds-input:not([type=radio], [type=checkbox]), " +
    "label.tick, .chips label, .choices label, a.ds-button, .nav a, .tabs a"
)]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest(".unseen"))
    .filter(one => one.getBoundingClientRect().height < 43.5)
    .slice(0, 3).map(one => `${Math.round(one.getBoundingClientRect().height)} px: ${one.outerHTML.slice(0, 120)}`)
"""


def enter(browser: Browser, server: LiveServer, person: Person | None, width: int, scheme: Any, language: str) -> Page:
    """A page of somebody who is logged in, in their language."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",  # a colour half-way through its change is no colour of ours
        locale=language,
        base_url=server.url,
    )
    if person is not None:
        Person.objects.filter(pk=person.pk).update(language=language)
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session  # as after a code by e-mail
        session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def listen(page: Page, spoken: list[str]) -> None:
    """Keep what the browser says in its console."""
    page.on("console", lambda message: spoken.append(message.text))


def look_at(page: Page, spoken: list[str], look: Look) -> list[tuple[str, list[str]]]:
    """What is wrong with a page, everything on it unfolded, in a window of that width with those colours."""
    width, scheme = look
    page.wait_for_load_state("load")  # a press that went to another page waits for its address, not for its style
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(one => one.open = true)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    wrong = [(name, list(nodes)) for name, nodes in page.evaluate(LOOK_FOR_FAULTS)]
    if page.evaluate(IS_TOO_WIDE):
        wrong.append(("wider than the screen", page.evaluate(TOO_WIDE)))
    if width == 360 and (low := page.evaluate(TOO_LOW)):
        wrong.append(("lower than 44 px", low))
    wrong += look_at_narrow(page)
    if csp := [text for text in spoken if "Content Security Policy" in text]:
        wrong.append(("refused by the policy", csp))
    return wrong


def look_at_narrow(page: Page) -> list[tuple[str, list[str]]]:
    """What stands out of a window of 320 px, as at a zoom of 400 %, and with the letters spaced out."""
    wrong = []
    page.set_viewport_size({"width": 320, "height": 800})
    if page.evaluate(IS_TOO_WIDE):
        wrong.append(("wider than 320 px", page.evaluate(TOO_WIDE)))
    page.evaluate(SPACE_TEXT_OUT)
    if page.evaluate(IS_TOO_WIDE):
        wrong.append(("wider than 320 px with its text spaced out", page.evaluate(TOO_WIDE)))
    page.evaluate("document.adoptedStyleSheets = []")
    return wrong


def keep_picture(page: Page, name: str, look: str) -> None:
    """A picture of the page, where pictures are asked for."""
    if PICTURES:
        name = name.replace("/", "_").replace("?", "_")
        page.screenshot(path=Path(PICTURES) / f"{name}-{look}.png", full_page=True)
