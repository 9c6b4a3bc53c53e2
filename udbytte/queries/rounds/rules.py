"""The ground rules as a person reads them: what counts, what has changed, what is asked.

Also who is aligned before the conversations (rules read, questions answered, kick-off attended): by name for the line
manager, as counts for HR.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from udbytte.access.people import reports_of
from udbytte.access.rounds import own_units_in
from udbytte.domain.figures import suppression
from udbytte.domain.figures.suppression import PEOPLE, WEEKLY_BELOW, PublishedSums, publish_tree
from udbytte.models import (
    Conversation,
    KickoffMeeting,
    Person,
    Round,
    RulesConfirmation,
    RulesQuestion,
    RulesRead,
    RulesVersion,
    Unit,
)
from udbytte.models.compiled_query import compiled
from udbytte.queries.people.units import key_of, right_below, tree_below

PARTS = ("procedure", "criteria", "possibilities", "money")
ADDITION = "addition"
NEVER, BEFORE, NOW = "never", "before", "now"


@dataclass(frozen=True, slots=True)
class ReaderRules:
    """The rules that count for a person in a round. `changed`: the parts that are new since they last read them.

    `version` is None if the round was published before rules had versions. `read_on` is None if something is unread.
    """

    version: RulesVersion | None
    additions: Sequence[RulesVersion]
    changed: frozenset[str]
    changed_units: frozenset[int]
    first_read_on: date | None
    read_on: date | None


def current_versions(round_: Round) -> dict[int | None, RulesVersion]:
    """The newest version of the round's own rules (None) and of each unit's addition, by unit id."""
    rows = RulesVersion.objects.filter(round=round_).select_related("unit").order_by("number")
    return {row.unit_id: row for row in rows}


def versions_for(round_: Round, person: Person) -> list[RulesVersion]:
    """The versions that count for a person: the round's, and the additions of their units and the units above."""
    current = current_versions(round_)
    above = {pk for unit in own_units_in(round_, person) for pk in unit.ancestor_ids}
    additions = [version for unit, version in current.items() if unit in above and version.texts.get(ADDITION)]
    additions.sort(key=lambda version: len(version.unit.path) if version.unit is not None else 0)
    return [*([current[None]] if None in current else []), *additions]


def versions_for_unit(round_: Round, unit: Unit) -> list[RulesVersion]:
    """The present additions of a unit and of the units above it, the highest first."""
    above = set(unit.ancestor_ids)
    additions = [row for pk, row in current_versions(round_).items() if pk in above and row.texts.get(ADDITION)]
    return sorted(additions, key=lambda row: len(row.unit.path) if row.unit is not None else 0)


def rules_for(round_: Round, person: Person) -> ReaderRules:
    """The rules as the person reads them."""
    versions = versions_for(round_, person)
    read = dict(RulesRead.objects.filter(person=person, version__round=round_).values_list("version_id", "on"))
    first = RulesConfirmation.objects.filter(round=round_, person=person).first()
    unread = [version_ for version_ in versions if version_.pk not in read]
    own = next((version_ for version_ in versions if version_.unit_id is None), None)
    changed: set[str] = set()
    if first is not None and own is not None and own.pk not in read:
        last = RulesVersion.objects.filter(pk__in=read, unit=None).order_by("-number").first()
        since = RulesVersion.objects.filter(round=round_, unit=None, number__gt=last.number if last else 1)
        changed = {name for version_ in since for name in version_.changed}
    newly = frozenset(version_.unit_id for version_ in unread if first is not None and version_.unit_id is not None)
    days = [read[version_.pk] for version_ in versions if version_.pk in read]
    last_read = max(days, default=first.confirmed_on if first is not None else None)
    return ReaderRules(
        own,
        [version_ for version_ in versions if version_.unit_id is not None],
        frozenset(changed),
        newly,
        first.confirmed_on if first is not None else None,
        None if unread or first is None else last_read,
    )


def rounds_with_unread_rules(person: Person, talks: Sequence[Conversation]) -> list[Round]:
    """The rounds of a person's open conversations with unread rules or unread changes, newest first.

    Two queries, however many rounds, units and versions there are; only the units of the conversations are read.
    """
    rounds = {talk.round for talk in talks if talk.round.procedure or talk.round.criteria}
    if not rounds:
        return []
    keys = sorted(round_.pk for round_ in rounds)
    units = sorted({pk for talk in talks for pk in talk.employment.unit.ancestor_ids})
    confirmed = set(_confirmed_rounds(person, keys))
    is_waiting = {
        (round_, unit): not is_read and text != ""
        for round_, unit, is_read, text in _versions_with_readings(person, keys, units)
    }
    waiting = {round_ for round_ in rounds if round_.pk not in confirmed}
    for talk in talks:
        places = ((talk.round_id, unit) for unit in (None, *talk.employment.unit.ancestor_ids))
        if any(is_waiting.get(place) for place in places):
            waiting.add(talk.round)
    return sorted(waiting & rounds, key=lambda round_: (round_.conversations_from, round_.pk), reverse=True)


@compiled
def _confirmed_rounds(person: Person, rounds: Sequence[int]) -> QuerySet[RulesConfirmation, int]:
    return RulesConfirmation.objects.filter(round__in=rounds, person=person).values_list("round", flat=True)


@compiled
def _versions_with_readings(
    person: Person, rounds: Sequence[int], units: Sequence[int]
) -> QuerySet[RulesVersion, tuple[int, int | None, bool, str | None]]:
    """Round, unit, whether the person has read it, and the text of an addition; of each place the newest last."""
    versions = RulesVersion.objects.filter(Q(unit=None) | Q(unit__in=units), round__in=rounds).order_by("number")
    is_read = Exists(RulesRead.objects.filter(version=OuterRef("pk"), person=person))
    return versions.values_list("round", "unit", is_read, KeyTextTransform(ADDITION, "texts"))


def unanswered_rules_questions(round_: Round, *, asked_by: date) -> QuerySet[RulesQuestion]:
    """The round's questions that nobody has answered, asked on the day or before."""
    return RulesQuestion.objects.filter(round=round_, answered_on__isnull=True, asked_on__lte=asked_by)


@dataclass(frozen=True, slots=True)
class MemberAlignment:
    """One report of a manager.

    `read`: never, an earlier version (before), or the present one. `held_on`: of their conversation.
    """

    person: Person
    read: str
    waits: bool
    met: bool
    held_on: date | None

    @property
    def is_aligned(self) -> bool:
        return self.read != NEVER and not self.waits


def team_alignment(round_: Round, manager: Person, on: date) -> list[MemberAlignment]:
    """The alignment of the manager's present reports in a round, first those who are not aligned."""
    talks = Conversation.objects.filter(round=round_, employment__in=reports_of(manager, on))
    met = set(KickoffMeeting.objects.filter(round=round_, held_on__isnull=False).values_list("present", flat=True))
    waits = set(
        RulesQuestion.objects.filter(round=round_, answered_on__isnull=True).values_list(
            "employment__person_id", flat=True
        )
    )
    rows = []
    for talk in talks.select_related("employment__person"):
        person = talk.employment.person
        shown = rules_for(round_, person)
        read = NOW if shown.read_on else BEFORE if shown.first_read_on else NEVER
        rows.append(MemberAlignment(person, read, person.pk in waits, person.pk in met, talk.held_on))
    return sorted(rows, key=lambda member: (member.held_on is not None, member.is_aligned, member.person.name))


@dataclass(frozen=True, slots=True)
class Alignment:
    """Sums of people, read, waits (a question is unanswered) and met; empty if there are too few people to show."""

    total: Mapping[str, int]
    parts: Sequence[tuple[Unit, Mapping[str, int]]]


def alignment_of(round_: Round, *, on: date) -> Alignment:
    """How aligned a round's people are, as counts that may be shown: of all, and of each unit right below the top."""
    units = list(round_.units.all())
    top = units[0] if len(units) == 1 else None
    tree = tree_below(top)
    published = publish_tree(tree.top, tree.children, _counted(round_, on))
    nothing = PublishedSums({}, ())
    parts = [(unit, published.get(unit.pk, nothing)) for unit in right_below(top)]
    return Alignment(published[key_of(top)].shown, [(unit, sums.shown) for unit, sums in parts if sums.counts_somebody])


def _counted(round_: Round, on: date) -> dict[int, dict[str, int]]:
    """People by the unit of their conversation. A person with two conversations is counted at the first.

    Small units are counted for the last Sunday, as in the figures.
    """
    units: dict[int, set[int]] = defaultdict(set)
    seen: set[int] = set()
    talks = Conversation.objects.filter(round=round_).order_by("pk")
    for person, unit in talks.values_list("employment__person_id", "employment__unit_id").iterator():
        if person not in seen:
            seen.add(person)
            units[unit].add(person)
    now, before = _aligned(round_, on), _aligned(round_, suppression.counting_day(on, round_.closed_on))
    return {
        unit: {PEOPLE: len(people)}
        | {name: len(people & whom) for name, whom in (now if len(people) >= WEEKLY_BELOW else before).items()}
        for unit, people in units.items()
    }


def _aligned(round_: Round, on: date) -> dict[str, set[int]]:
    """Who had read the rules, waited for an answer, and had been at a kick-off, on the day."""
    read = RulesConfirmation.objects.filter(round=round_, confirmed_on__lte=on).values_list("person_id", flat=True)
    asked = RulesQuestion.objects.filter(round=round_, asked_on__lte=on)
    waits = asked.filter(Q(answered_on__isnull=True) | Q(answered_on__gt=on))
    met = KickoffMeeting.objects.filter(round=round_, held_on__lte=on).values_list("present", flat=True)
    return {"read": set(read), "waits": set(waits.values_list("employment__person_id", flat=True)), "met": set(met)}
