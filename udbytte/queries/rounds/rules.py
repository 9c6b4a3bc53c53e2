"""The ground rules as somebody reads them: what counts for them, what has changed since they read it, what is asked.

Who goes into the conversations aligned: rules read, questions answered, met about them. By name for the manager of
those concerned, as counts for HR.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from udbytte.access.people import reports_of
from udbytte.access.rounds import own_units_in
from udbytte.domain.suppression import PublishedSums, publish
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
from udbytte.queries.people.units import key_of, right_below, tree_below

PARTS = ("procedure", "criteria", "possibilities", "money")
ADDITION = "addition"


@dataclass(frozen=True, slots=True)
class RulesShown:
    """What counts for somebody in a round. `changed`: the parts that are new since they read them last.

    `version` is None where a round was published before its rules were numbered, and `read_on` None where something is
    still unread.
    """

    version: RulesVersion | None
    additions: Sequence[RulesVersion]
    changed: frozenset[str]
    changed_units: frozenset[int]
    first_read_on: date | None
    read_on: date | None


def current_versions(round_: Round) -> dict[int | None, RulesVersion]:
    """The newest version of the round's own rules (None) and of each unit's addition, by unit."""
    rows = RulesVersion.objects.filter(round=round_).select_related("unit").order_by("number")
    return {row.unit_id: row for row in rows}


def versions_for(round_: Round, person: Person) -> list[RulesVersion]:
    """The versions that count for somebody: the round's, and the additions of their units and those above."""
    current = current_versions(round_)
    above = {pk for unit in own_units_in(round_, person) for pk in unit.ancestor_ids}
    additions = [one for unit, one in current.items() if unit in above and one.texts.get(ADDITION)]
    additions.sort(key=lambda one: len(one.unit.path) if one.unit is not None else 0)
    return [*([current[None]] if None in current else []), *additions]


def rules_for(round_: Round, person: Person) -> RulesShown:
    """The rules as somebody reads them."""
    versions = versions_for(round_, person)
    read = dict(RulesRead.objects.filter(person=person, version__round=round_).values_list("version_id", "on"))
    first = RulesConfirmation.objects.filter(round=round_, person=person).first()
    unread = [one for one in versions if one.pk not in read]
    own = next((one for one in versions if one.unit_id is None), None)
    changed: set[str] = set()
    if first is not None and own is not None and own.pk not in read:
        last = RulesVersion.objects.filter(pk__in=read, unit=None).order_by("-number").first()
        since = RulesVersion.objects.filter(round=round_, unit=None, number__gt=last.number if last else 1)
        changed = {name for one in since for name in one.changed}
    newly = frozenset(one.unit_id for one in unread if first is not None and one.unit_id is not None)
    days = [read[one.pk] for one in versions if one.pk in read]
    last_read = max(days, default=first.confirmed_on if first is not None else None)
    return RulesShown(
        own,
        [one for one in versions if one.unit_id is not None],
        frozenset(changed),
        newly,
        first.confirmed_on if first is not None else None,
        None if unread or first is None else last_read,
    )


def rounds_to_read(person: Person, talks: Sequence[Conversation]) -> list[Round]:
    """The rounds of somebody's own open conversations whose rules, or a change of them, wait to be read, newest first.

    Three queries, however many rounds, units and versions there are.
    """
    rounds = {talk.round for talk in talks if talk.round.procedure or talk.round.criteria}
    if not rounds:
        return []
    confirmed = set(RulesConfirmation.objects.filter(round__in=rounds, person=person).values_list("round", flat=True))
    read = set(RulesRead.objects.filter(version__round__in=rounds, person=person).values_list("version", flat=True))
    rows = RulesVersion.objects.filter(round__in=rounds).order_by("number")
    current = {(one.round_id, one.unit_id): one for one in rows}
    waiting = {one for one in rounds if one.pk not in confirmed}
    for talk in talks:
        for unit in (None, *talk.employment.unit.ancestor_ids):
            version = current.get((talk.round_id, unit))
            if version is not None and version.pk not in read and version.texts.get(ADDITION) != "":
                waiting.add(talk.round)
    return sorted(waiting & rounds, key=lambda one: (one.conversations_from, one.pk), reverse=True)


def waiting_questions(round_: Round, *, asked_by: date) -> QuerySet[RulesQuestion]:
    """The round's questions that nobody has answered, asked on a day or before it."""
    return RulesQuestion.objects.filter(round=round_, answered_on__isnull=True, asked_on__lte=asked_by)


NEVER, BEFORE, NOW = "never", "before", "now"


@dataclass(frozen=True, slots=True)
class Aligned:
    """One report. `read`: never, an earlier version (before), or what counts now. `held_on`: of their conversation."""

    person: Person
    read: str
    waits: bool
    met: bool
    held_on: date | None

    @property
    def is_aligned(self) -> bool:
        return self.read != NEVER and not self.waits


def team_alignment(round_: Round, manager: Person, on: date) -> list[Aligned]:
    """How the manager's present reports stand in a round, those who go in unaligned first."""
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
        rows.append(Aligned(person, read, person.pk in waits, person.pk in met, talk.held_on))
    return sorted(rows, key=lambda one: (one.held_on is not None, one.is_aligned, one.person.name))


@dataclass(frozen=True, slots=True)
class Alignment:
    """Sums of people, read, waits (a question unanswered) and met; empty where people are too few to show."""

    total: Mapping[str, int]
    parts: Sequence[tuple[Unit, Mapping[str, int]]]


def alignment_of(round_: Round) -> Alignment:
    """How a round's people stand, as counts that may be shown: of all, and of each unit right below the top."""
    units = list(round_.units.all())
    top = units[0] if len(units) == 1 else None
    tree = tree_below(top)
    folds = publish(tree.top, tree.children, _counted(round_))
    nothing = PublishedSums({}, ())
    parts = [(unit, folds.get(unit.pk, nothing)) for unit in right_below(top)]
    return Alignment(folds[key_of(top)].shown, [(unit, one.shown) for unit, one in parts if one.counts_somebody])


def _counted(round_: Round) -> dict[int, dict[str, int]]:
    """People by the unit of their conversation; somebody with two is counted where the first one is."""
    read = set(RulesConfirmation.objects.filter(round=round_).values_list("person_id", flat=True))
    open_ = RulesQuestion.objects.filter(round=round_, answered_on__isnull=True)
    waits = set(open_.values_list("employment__person_id", flat=True))
    met = set(KickoffMeeting.objects.filter(round=round_, held_on__isnull=False).values_list("present", flat=True))
    talks = Conversation.objects.filter(round=round_).order_by("pk")
    counted: dict[int, dict[str, int]] = defaultdict(lambda: {"people": 0, "read": 0, "waits": 0, "met": 0})
    seen: set[int] = set()
    for person, unit in talks.values_list("employment__person_id", "employment__unit_id").iterator():
        if person not in seen:
            seen.add(person)
            for name, whom in (("people", seen), ("read", read), ("waits", waits), ("met", met)):
                counted[unit][name] += person in whom
    return dict(counted)
