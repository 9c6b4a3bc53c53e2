"""Addresses with a new name: the old ones lead there, and none has a word that the pages do not use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from udbytte.web.base.moved_addresses import moved

REJECTED = r"kursusbord|staar-stille|stedfortraeder|orlov|sidste-runde|brev|udefra|varsl|bestil|indbyd"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/kursusbordet/", "/kursusopgaver/"),
        ("/kursusbordet/melding/7/?a=b&c=%C3%A6", "/kursusopgaver/melding/7/?a=b&c=%C3%A6"),
        ("/kursusbordet/faelles/7/fra/", "/kursusopgaver/faelles/7/fra/"),
        ("/staar-stille/", "/gaaet-i-staa/"),
        ("/staar-stille/decide/?vis=alle", "/gaaet-i-staa/decide/?vis=alle"),
        ("/budget/stedfortraeder/7/slut/", "/budget/mens-du-er-vaek/7/slut/"),
        ("/organisation/ansaettelse/7/orlov/", "/organisation/ansaettelse/7/fravaer/"),
        ("/hold/fra-sidste-runde/", "/medarbejdere/fra-forrige-runde/"),
        ("/hold/gennemgang/?vis=alle", "/medarbejdere/gennemgang/?vis=alle"),
    ],
)
def test_an_old_address_leads_to_its_new_name(old: str, new: str) -> None:
    response = Client().get(old)
    assert (response.status_code, response["Location"]) == (301, new)
    assert resolve(new.split("?")[0]).func is not moved
    assert Client().post(old).status_code == 405  # nothing is sent there; its answer would be lost


def patterns(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from patterns(entry, before + str(entry.pattern))
        else:
            yield before + str(entry.pattern), entry.callback


def test_no_address_has_a_word_that_the_pages_do_not_use() -> None:
    now = {address for address, view in patterns(get_resolver()) if view is not moved}
    assert len(now) > 100 and not [address for address in now if re.search(REJECTED, address)]
