"""What is open when a round closes, and open agreements of closed rounds that nobody has carried over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from udbytte.access.agreements import agreements_of_reports
from udbytte.domain.figures.key_questions import Measure
from udbytte.domain.figures.suppression import PEOPLE, publish_tree
from udbytte.domain.lifecycle import Event, Phase, Stage
from udbytte.models import Agreement, CarriedOn, Carrying, Conversation, LogEntry, Person, Round, Unit, valid_on
from udbytte.models.compiled_query import compiled
from udbytte.queries.figures.published import Published, published_sums_of
from udbytte.queries.figures.report import common_unit_of
from udbytte.queries.people.units import WHOLE, key_of, right_below, tree_below

LAPSED_TWICE = 2
STILL_OPEN = [phase for phase in Phase if phase is not Phase.LEARNED]


@dataclass(frozen=True, slots=True)
class StillOpen:
    """Counts of a place with all units below; None if there are too few people to show.

    `not_held` has the held conversations of units in which fewer than five are held, too.
    """

    conversations: int | None
    not_held: int | None
    agreements: int | None
    open: int | None

    @property
    def is_known(self) -> bool:
        return self.conversations is not None or self.agreements is not None


@dataclass(frozen=True, slots=True)
class Closing:
    """What is open when a round closes: in all, and for each unit right below the common one."""

    total: StillOpen
    parts: tuple[tuple[Unit, StillOpen], ...]


def rounds_to_close(on: date) -> QuerySet[Round]:
    """The open rounds whose closing day has come."""
    return Round.objects.filter(closed_on__isnull=True, published_on__isnull=False, closes_on__lte=on)


def closing_of(round_: Round, *, on: date) -> Closing:
    """The counts for the page on which a round is closed."""
    top = common_unit_of(round_)
    below = right_below(top)
    published = published_sums_of(top, below, round_, on=on)
    parts = [(unit, published[unit.pk]) for unit in below if published[unit.pk][Measure.ROUND].counts_somebody]
    return Closing(_still_open(published[key_of(top)]), tuple((unit, _still_open(sums)) for unit, sums in parts))


def _still_open(published: Published) -> StillOpen:
    talks: Mapping[str, int] = published[Measure.ROUND].shown
    flow: Mapping[str, int] = published[Measure.FLOW].shown
    return StillOpen(
        conversations=talks.get("base", 0) if talks else None,
        not_held=talks.get("base", 0) - talks.get("held", 0) if talks else None,
        agreements=flow.get("base", 0) if flow else None,
        open=sum(flow.get(f"at.{phase}", 0) for phase in STILL_OPEN) if flow else None,
    )


def unexplained_conversations_of(manager: Person, on: date) -> QuerySet[Conversation]:
    """Conversations of closed rounds that were not held and have no reason yet, for their manager to explain.

    If the manager has changed, today's line manager is asked.
    """
    rows = Conversation.objects.filter(valid_on(on, "employment__"), employment__line_manager=manager)
    unsaid = rows.filter(round__closed_on__isnull=False, held_on__isnull=True, not_held__isnull=True)
    unsaid = unsaid.filter(declined_on__isnull=True)  # these have a reason already
    related = ("employment__person", "employment__unit", "round")
    return unsaid.exclude(employment__person=manager).select_related(*related).order_by("-round__closed_on", "pk")


def _leftover_agreements(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Those of the agreements that are open, of a closed round, and that no later conversation has taken up."""
    taken_up = CarriedOn.objects.filter(
        agreement=OuterRef("pk"), conversation__round__conversations_from__gt=OuterRef("round__conversations_from")
    ).exclude(how=Carrying.LATER)
    rows = agreements.filter(closed_on__isnull=True, round__closed_on__isnull=False)
    return rows.exclude(Exists(taken_up))


def leftover_agreements_of(manager: Person, on: date) -> QuerySet[Agreement]:
    """Those of the manager's present reports, found by their employments."""
    return _leftover_agreements(agreements_of_reports(manager, on))


def left_behind_by(manager: Person, on: date) -> tuple[int, int]:
    """From closed rounds: how many conversations are not explained, and how many agreements are not taken up."""
    [(conversations, agreements)] = _left_behind(manager, on)
    return conversations, agreements


@compiled
def _left_behind(manager: Person, on: date) -> QuerySet[Person, tuple[int, int]]:
    lists = unexplained_conversations_of(manager, on), leftover_agreements_of(manager, on)
    return Person.objects.filter(pk=manager.pk).values_list(*(_number_of(rows) for rows in lists))


def _number_of(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().values(all=Value(1)).annotate(number=Count("pk")).values("number"))


def leftover_counts(on: date) -> Mapping[str, int]:
    """How many there are in the whole organisation: `people` and `agreements`; empty where too few to show."""
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    rows = _leftover_agreements(Agreement.objects.all()).order_by().values(unit_key=F("unit"))
    for row in rows.annotate(people=Count("employee", distinct=True), agreements=Count("pk")):
        counted[row["unit_key"]] = {PEOPLE: row["people"], "agreements": row["agreements"]}
    return publish_tree(WHOLE, tree_below(None).children, counted)[WHOLE].shown if counted else {}


def agreements_to_answer(conversation: Conversation) -> QuerySet[Agreement]:
    """What the two decide about in the conversation: the earlier open agreements, and those that have lapsed twice.

    What has lapsed twice is asked about in one conversation, the next one.
    """
    earlier = Q(round__conversations_from__lt=conversation.round.conversations_from)
    lapses = LogEntry.objects.filter(agreement=OuterRef("pk"), event=Event.LAPSE).order_by().values("agreement")
    twice = lapses.annotate(count=Count("pk")).filter(count__gte=LAPSED_TWICE)
    answered = CarriedOn.objects.filter(agreement=OuterRef("pk"), how=Carrying.ENDED).exclude(conversation=conversation)
    lapsed = Q(Exists(twice), ~Exists(answered), stage=Stage.LAPSED)
    rows = Agreement.objects.filter(earlier, Q(closed_on__isnull=True) | lapsed, employment=conversation.employment_id)
    return rows.order_by("agreed_on", "pk")


def agreements_to_carry_over(conversation: Conversation) -> QuerySet[Agreement]:
    """The agreements to answer that have no answer in this conversation. A proposal waits for its own answer."""
    answers = CarriedOn.objects.filter(agreement=OuterRef("pk"), conversation=conversation)
    return agreements_to_answer(conversation).filter(~Exists(answers), proposed_by="")
