"""Every page is valid HTML, in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client

from tests.browser.pages import pages_of, person_called
from tests.browser.several_stages import kept_in_several_stages
from tests.browsing import enter
from tests.html import Fault, html_validate, nu_html_checker
from udbytte.models import Person

pytestmark = pytest.mark.django_db


WRONG = (  # so that a test sees that its checker looks
    '<!DOCTYPE html><html lang="da"><head><title>Fejl</title></head>'
    '<body><p id="a">En</p><p id="a">To</p></body></html>'
)


def save_pages(folder: Path, language: str) -> dict[str, str]:
    """Save every page as a file, and one that is wrong. Returns who looked at which page, by the name of the file."""
    cast = kept_in_several_stages().bring()
    clients, names = dict[str, Client](), {"wrong.html": "wrong"}
    (folder / "wrong.html").write_text(WRONG)
    pages = sorted(set(pages_of(cast)))
    Person.objects.update(language=language)
    for number, (who, path) in enumerate(pages):
        if who not in clients:
            person = person_called(cast, who)
            clients[who] = enter(person) if person else Client()
        page = clients[who].get(path, follow=True, headers={"accept-language": language})
        (folder / f"{number}.html").write_bytes(page.content)
        names[f"{number}.html"] = f"{who or 'anyone'} {path}"
    return names


def in_words(faults: list[Fault], names: dict[str, str]) -> list[str]:
    return [f"{names[name]}, line {line}: {what}" for name, line, what in faults]


@pytest.mark.parametrize("language", ["da", pytest.param("en", marks=pytest.mark.prove)])
def test_every_page_is_valid(tmp_path: Path, language: str) -> None:
    names = save_pages(tmp_path, language)
    assert len(names) > 100
    (fault,) = in_words(html_validate(tmp_path), names)
    assert fault.startswith('wrong, line 1: no-dup-id: Duplicate ID "a"')


@pytest.mark.prove
@pytest.mark.skipif(not shutil.which("java"), reason="the Nu HTML checker needs Java")
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_nu_html_checker_finds_no_error_on_any_page(tmp_path: Path, language: str) -> None:
    names = save_pages(tmp_path, language)
    (fault,) = in_words(nu_html_checker(tmp_path), names)
    assert fault.startswith("wrong, line 1: Duplicate ID “a”.")
