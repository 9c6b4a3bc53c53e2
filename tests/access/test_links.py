"""Signed links: what a token carries, and how long it can be used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import signing
from django.urls import resolve

from udbytte.access.links import (
    AnswerLink,
    Ballot,
    BrokenLink,
    ExpiredLink,
    MeetingLink,
    MeetingQuestion,
    SignatureLink,
    SignedLink,
)
from udbytte.domain.lifecycle import Event

DAY = date(2026, 3, 2)
CHECK_IN = AnswerLink(7, 8, Event.CHECK_IN, 3, DAY, {"happens": "yes"}, 9)

# Each link, the salt and the values of its token as emails carry them, and its page. Nothing here may change.
SENT: list[tuple[SignedLink, str, list[Any], str]] = [
    (AnswerLink(7, 8, Event.GRANT, 3, DAY), "udbytte.answer", [7, 8, "grant", 3, "2026-03-02", {}], "answer"),
    (CHECK_IN, "udbytte.answer", [7, 8, "check_in", 3, "2026-03-02", {"happens": "yes"}, 9], "answer"),
    (SignatureLink(7, 8, "mark", DAY), "udbytte.sign", [7, 8, "mark", "2026-03-02"], "sign"),
    (
        MeetingLink(MeetingQuestion.TALKED, 7, 8, 3, DAY, "held"),
        "udbytte.meeting",
        ["talked", 7, 8, 3, "2026-03-02", "held"],
        "answer-meeting",
    ),
    (Ballot(8, 9), "udbytte.self-check", [8, 9], "ballot"),
]


@pytest.mark.parametrize(("link", "salt", "values", "page"), SENT)
def test_links_in_emails_that_were_sent_keep_working(link: SignedLink, salt: str, values: list[Any], page: str) -> None:
    for compress in (False, True):
        assert type(link).read(signing.dumps(values, salt=salt, compress=compress), on=DAY) == link
    assert signing.loads(link.token, salt=salt) == values
    assert resolve(link.path).url_name == page


@pytest.mark.parametrize("link", [link for link, *_rest in SENT])
def test_a_link_is_broken_when_it_was_cut_changed_or_made_for_another_page(link: SignedLink) -> None:
    kind = type(link)
    others = [other.token for other, *_rest in SENT if type(other) is not kind]
    too_long = signing.dumps([*signing.loads(link.token, salt=kind.salt), *range(9)], salt=kind.salt)
    no_list = signing.dumps(7, salt=kind.salt)
    for token in (
        link.token[:-3],
        "x" + link.token,
        "",
        too_long,
        no_list,
        signing.dumps([7], salt=kind.salt),
        *others,
    ):
        with pytest.raises(BrokenLink):
            kind.read(token, on=DAY)


@pytest.mark.parametrize("link", [link for link, *_rest in SENT if type(link) is not Ballot])
def test_a_link_expires_after_thirty_days(link: SignedLink) -> None:
    kind = type(link)
    assert kind.read(link.token, on=DAY + timedelta(days=30)) == link
    with pytest.raises(ExpiredLink):
        kind.read(link.token, on=DAY + timedelta(days=31))
