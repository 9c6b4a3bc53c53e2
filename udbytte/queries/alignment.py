"""Who goes into the conversations aligned: rules read, questions answered, met about them. By name for the manager of
those concerned, as counts for HR.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..access.people import reports_of
from ..domain.suppression import Fold, publish
from ..models import Conversation, KickoffMeeting, Person, Round, RulesConfirmation, RulesQuestion, Unit
from .rules import rules_for
from .tree import key_of, right_below, tree_below

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
    nothing = Fold({}, ())
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
