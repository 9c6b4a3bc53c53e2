"""What is still open when a round closes, and what of closed rounds nobody has taken up since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from udbytte.access.agreements import agreements_of_reports
from udbytte.domain.figures import Measure
from udbytte.domain.lifecycle import Phase
from udbytte.domain.suppression import PEOPLE, publish
from udbytte.models import Agreement, CarriedOn, Carrying, Conversation, Person, Round, Unit, valid_on
from udbytte.queries.figures.published import Published, folds_of
from udbytte.queries.figures.report import place_of
from udbytte.queries.people.units import WHOLE, key_of, right_below, tree_below

STILL_OPEN = [phase for phase in Phase if phase is not Phase.LEARNED]


@dataclass(frozen=True, slots=True)
class StillOpen:
    """Counts of a place with all below it; None where people are too few to show."""

    conversations: int | None
    not_held: int | None
    agreements: int | None
    open: int | None

    @property
    def is_known(self) -> bool:
        return self.conversations is not None or self.agreements is not None


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a round leaves open: in all, and by each unit right below the one that holds it."""

    total: StillOpen
    parts: tuple[tuple[Unit, StillOpen], ...]


def rounds_to_close(on: date) -> QuerySet[Round]:
    """The open rounds that were to close by the day."""
    return Round.objects.filter(closed_on__isnull=True, published_on__isnull=False, closes_on__lte=on)


def closing_of(round_: Round, *, on: date) -> Closing:
    """The counts for the page before a round is closed."""
    top = place_of(round_)
    below = right_below(top)
    folds = folds_of(top, below, round_, on=on)
    parts = [(unit, folds[unit.pk]) for unit in below if folds[unit.pk][Measure.ROUND].counts_somebody]
    return Closing(_still_open(folds[key_of(top)]), tuple((unit, _still_open(one)) for unit, one in parts))


def _still_open(folds: Published) -> StillOpen:
    talks: Mapping[str, int] = folds[Measure.ROUND].shown
    flow: Mapping[str, int] = folds[Measure.FLOW].shown
    return StillOpen(
        conversations=talks.get("base", 0) if talks else None,
        not_held=talks.get("base", 0) - talks.get("held", 0) if talks else None,
        agreements=flow.get("base", 0) if flow else None,
        open=sum(flow.get(f"at.{phase}", 0) for phase in STILL_OPEN) if flow else None,
    )


def not_held_by(manager: Person, on: date) -> QuerySet[Conversation]:
    """Conversations of closed rounds that were not held and of which nobody has said why: for their managers to say.

    Whose manager no longer holds the employee's conversations, or is gone, is asked of the line manager of today.
    """
    rows = Conversation.objects.filter(valid_on(on, "employment__"), employment__line_manager=manager)
    unsaid = rows.filter(round__closed_on__isnull=False, held_on__isnull=True, not_held__isnull=True)
    unsaid = unsaid.filter(declined_on__isnull=True)  # why is written already
    related = ("employment__person", "employment__unit", "round")
    return unsaid.exclude(employment__person=manager).select_related(*related).order_by("-round__closed_on", "pk")


def _left_behind(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Those of the agreements that are open, of a closed round, and that no later conversation has taken up."""
    taken_up = CarriedOn.objects.filter(
        agreement=OuterRef("pk"), conversation__round__conversations_from__gt=OuterRef("round__conversations_from")
    ).exclude(how=Carrying.LATER)
    rows = agreements.filter(closed_on__isnull=True, round__closed_on__isnull=False)
    return rows.exclude(Exists(taken_up))


def left_behind_of(manager: Person, on: date) -> QuerySet[Agreement]:
    """Those of the manager's present reports, found by their employments."""
    return _left_behind(agreements_of_reports(manager, on))


def left_behind(on: date) -> Mapping[str, int]:
    """How many there are in the whole organisation: `people` and `agreements`; empty where too few to show."""
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    rows = _left_behind(Agreement.objects.all()).order_by().values(unit_key=F("unit"))
    for row in rows.annotate(people=Count("employee", distinct=True), agreements=Count("pk")):
        counted[row["unit_key"]] = {PEOPLE: row["people"], "agreements": row["agreements"]}
    return publish(WHOLE, tree_below(None).children, counted)[WHOLE].shown if counted else {}


def open_from_before(conversation: Conversation) -> QuerySet[Agreement]:
    """The employment's open agreements of earlier rounds, in the order they were agreed."""
    earlier = Q(round__conversations_from__lt=conversation.round.conversations_from)
    rows = Agreement.objects.filter(earlier, employment=conversation.employment_id, closed_on__isnull=True)
    return rows.order_by("agreed_on", "pk")


def to_take_up(conversation: Conversation) -> QuerySet[Agreement]:
    """Those of which the two have not said yet what becomes of them. A proposed drop waits for its own answer."""
    said = CarriedOn.objects.filter(agreement=OuterRef("pk"), conversation=conversation)
    return open_from_before(conversation).filter(~Exists(said), dropping="")
