"""Candidates for helping: who offers, has done it before, is near, was suggested, or has the name.

Also who learns together, what is not happening, and which practice methods were offered on a day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BooleanField, Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from udbytte.access.practice import open_offers
from udbytte.domain.lifecycle import CLOSED, Event
from udbytte.domain.search.words import folded, nearest_known_word, words_of
from udbytte.models import Agreement, Employment, Helper, HelpOffer, Person, PracticeMethod
from udbytte.queries.courses.words import danish_stem
from udbytte.queries.people.team import colleagues_named

MOST = 20
MOST_READ = 200  # rows of each kind, before the best are chosen
SHORTEST = 4  # letters; a shorter stem is inside too many words
OFFER_TEXT = "udbytte_folded(udbytte_helpoffer.what)"


@dataclass(slots=True)
class Candidate:
    """Somebody who could be asked. `at_most` is how many people they help at a time, if they have said so."""

    person: Person
    unit: str = ""
    near: bool = False
    offers: list[str] = field(default_factory=list)
    at_most: int | None = None
    has_done_it: bool = False
    helps_now: int = 0
    suggested_by: str = ""

    @property
    def is_full(self) -> bool:
        return self.at_most is not None and self.helps_now >= self.at_most


def candidates_for(agreement: Agreement, query: str, on: date) -> list[Candidate]:
    """Who could be asked to help with an agreement, the most likely first, at most `MOST`.

    Without a query: people whom a helper suggested, whose offers fit the agreement's method or title, who have helped
    with this method before, and who work in the unit. With a query: people with a fitting offer, and people with the
    name. Whom somebody helped is not shown. The number of queries is fixed.
    """
    away = {agreement.employee_id, *_asked(agreement)}
    offers = _offers(agreement, query, on, away)
    suggested = {} if query else _suggested(agreement, away)
    done = _have_done_it(agreement, away)
    named = [row.person_id for row in colleagues_named(query, agreement.employee, on, unit=agreement.unit)]
    ids = {*offers, *suggested, *(() if query else done), *named} - away
    helping = Helper.objects.filter(
        person__in=ids, said_yes=True, ended_on__isnull=True, agreement__closed_on__isnull=True
    )
    counts = dict(helping.order_by().values_list("person").annotate(count=Count("pk")))
    rows = Employment.objects.on(on).filter(person__in=ids, person__is_active=True).select_related("person", "unit")
    candidates: dict[int, Candidate] = {}
    for row in rows.order_by("pk"):
        candidate = candidates.setdefault(row.person_id, Candidate(row.person, row.unit.name))
        if row.unit_id == agreement.unit_id:
            candidate.unit, candidate.near = row.unit.name, True
    for pk, candidate in candidates.items():
        candidate.offers = [offer.what for offer in offers.get(pk, ())]
        candidate.at_most = max((offer.at_most for offer in offers.get(pk, ())), default=None)
        candidate.has_done_it, candidate.helps_now = pk in done, counts.get(pk, 0)
        candidate.suggested_by = suggested.get(pk, "")
    return sorted(candidates.values(), key=_by_likelihood)[:MOST]


def _by_likelihood(candidate: Candidate) -> tuple[bool, bool, bool, bool, bool, int, str]:
    return (
        not candidate.suggested_by,
        candidate.is_full,
        not candidate.offers,
        not candidate.has_done_it,
        not candidate.near,
        candidate.helps_now,
        candidate.person.name,
    )


def _asked(agreement: Agreement) -> set[int]:
    """The ids of the employees who are asked or help already."""
    return set(agreement.helpers.filter(ended_on__isnull=True).values_list("person_id", flat=True))


def _suggested(agreement: Agreement, away: Collection[int]) -> dict[int, str]:
    """The people whom a helper suggested instead of themself, by id, with the helper's name."""
    refused = agreement.helpers.filter(said_yes=False).values("person")
    rows = agreement.helpers.filter(suggests__isnull=False).exclude(suggests__in=away).exclude(suggests__in=refused)
    known = rows.select_related("person")
    return {row.suggests_id: row.person.name for row in known if row.suggests_id is not None}


def _have_done_it(agreement: Agreement, away: Collection[int]) -> set[int]:
    """Those who have said yes to helping with this method, here or earlier."""
    if agreement.method_id is None:
        return set()
    rows = Helper.objects.filter(agreement__method=agreement.method_id, said_yes=True, person__is_active=True)
    return set(rows.exclude(person__in=away).order_by("-answered_on").values_list("person_id", flat=True)[:MOST_READ])


def _offers(agreement: Agreement, query: str, on: date, away: Collection[int]) -> dict[int, list[HelpOffer]]:
    """Open offers that fit the query, or else the agreement's method or title, by person."""
    offers_open = open_offers(on).exclude(person__in=away)
    if query.strip():
        chosen = _about_all(offers_open, words_of(query))
        if not chosen:
            chosen = _about_all(offers_open, _corrected(words_of(query), offers_open))
    else:
        fits = Q(method=agreement.method_id) if agreement.method_id is not None else Q(pk__in=[])
        words = [word for word in words_of(agreement.title) if len(word) >= SHORTEST]
        chosen = list(offers_open.filter(fits | _about_any(words))[:MOST_READ])
    by_person: dict[int, list[HelpOffer]] = {}
    for offer in chosen:
        by_person.setdefault(offer.person_id, []).append(offer)
    return by_person


def _about_all(offers_open: QuerySet[HelpOffer], words: list[str]) -> list[HelpOffer]:
    if not words:
        return []
    for word in words:
        offers_open = offers_open.filter(_has_word(word))
    return list(offers_open[:MOST_READ])


def _has_word(word: str) -> RawSQL:
    """Whether an offer has the word, or its stem inside another word."""
    stem = danish_stem(word)
    part = stem if len(stem) >= SHORTEST else word
    return RawSQL(f"({OFFER_TEXT} LIKE %s OR {OFFER_TEXT} LIKE %s)", [f"%{word}%", f"%{part}%"], BooleanField())  # noqa: S611


def _about_any(words: list[str]) -> Q:
    fits = Q(pk__in=[])
    for word in words:
        fits |= Q(_has_word(word))
    return fits


def _corrected(words: list[str], offers_open: QuerySet[HelpOffer]) -> list[str]:
    """The words with corrected spelling, as offers write them; empty if one word is unknown."""
    offered_texts = offers_open.order_by("-pk").values_list("what", flat=True)[: MOST_READ * 10]
    known = {word for offered_text in offered_texts for word in folded(offered_text).split()}
    right = [word if word in known else nearest_known_word(word, known) for word in words]
    return [word for word in right if word is not None] if all(right) else []


def learning_partners_of(agreement: Agreement) -> list[Person]:
    """The people who learn along with an agreement of their own."""
    if agreement.group_id is None:
        return []
    rows = Agreement.objects.filter(group=agreement.group_id).exclude(pk=agreement.pk).exclude(stage__in=CLOSED)
    return [row.employee for row in rows.select_related("employee").order_by("pk")]


def is_not_happening(agreement: Agreement) -> bool:
    """Whether the last check-in said that it does not happen, without a talk about it or a new start since."""
    since = agreement.log.filter(event__in=(Event.CHECK_IN, Event.STILL_STUCK, Event.TALK_STUCK, Event.START)).order_by(
        "-number"
    )
    last = since.values_list("event", "facts").first()
    return last is not None and last[0] in (Event.CHECK_IN, Event.STILL_STUCK) and last[1].get("happens") is False


def methods_offered_on(day: date) -> set[int]:
    """The ids of the practice methods that the catalogue offered on the day."""
    methods = PracticeMethod.objects.only("added_on", "hidden", "hidden_days")
    return {method.pk for method in methods if method.is_offered_on(day)}
