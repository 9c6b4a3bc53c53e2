"""Who may see an agreement, and what they are to it. Pages fetch through these querysets: anything else is a 404."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import SimpleLazyObject

from udbytte.domain.lifecycle import BOOKED, Event, Kind, Party, Stage, State, allowed, events_from, page_answers
from udbytte.domain.lifecycle.line import LINE
from udbytte.models import Agreement, Attachment, Deputy, Helper, Person, Role, WrittenAnswer, valid_on
from udbytte.models.written_answers import UNANSWERED

from .people import is_coordinated, paths_served, roles_reaching, units_at_or_below, units_served

OBSERVABLE = frozenset({Stage.ATTENDED, Stage.USED, Stage.DONE, Stage.REPORTED, Stage.LEARNED})
SETTLING_MONEY = frozenset({Event.FUND, Event.NOMINATE, Event.REFUSE})
REGISTERING = ("register", "confirm_seat")


def _own(person: Person, on: date) -> Q:
    return Q(employee=person) | Q(employment__line_manager=person) & valid_on(on, "employment__")


def own_agreements_of(person: Person) -> QuerySet[Agreement]:
    """The person's own agreements, which they may read whole."""
    return Agreement.objects.filter(employee=person)


def agreements_seen_by(person: Person, on: date) -> QuerySet[Agreement]:
    """The agreements that the person may read whole: their own, and those of present direct reports."""
    return Agreement.objects.filter(_own(person, on))


def agreements_of_reports(person: Person, on: date) -> QuerySet[Agreement]:
    """The agreements of the person's present direct reports, which they may read whole; none of their own."""
    reports = Agreement.objects.filter(valid_on(on, "employment__"), employment__line_manager=person)
    return reports.exclude(employee=person)


def course_agreements_served_by(person: Person, on: date) -> QuerySet[Agreement]:
    """Course agreements of the units a coordinator serves: title, dates, price, step and person may be read."""
    return course_agreements_below(paths_served(person, [Role.COORDINATOR], on))


def course_agreements_below(tops: Sequence[str]) -> QuerySet[Agreement]:
    """Course agreements of the units with these paths and of all below them."""
    return Agreement.objects.filter(kind=Kind.COURSE, unit__in=units_at_or_below(tops))


def agreements_helped_by(person: Person, on: date) -> QuerySet[Agreement]:
    """Agreements the person is asked to help with, or helps with: title, purpose and dates may be read."""
    helping = Helper.objects.filter(agreement=OuterRef("pk"), person=person, ended_on__isnull=True)
    return Agreement.objects.filter(Exists(helping))


def nominations_for(person: Person, on: date) -> QuerySet[Agreement]:
    """Agreements with a nomination in the units whose budget the person owns.

    Person, course, price and reason may be read. A nomination that the manager has taken back does not count.
    """
    served = units_served(person, Role.BUDGET_OWNER, on)
    asked = Q(nominations__decided_on__isnull=True) | Q(nominations__granted__isnull=False)
    nominated = Agreement.objects.filter(asked, nominations__isnull=False)
    return nominated.filter(Q(unit__in=served) | Q(step_owner=person, step="decide")).distinct()


def steps_owned_by(person: Person) -> QuerySet[Agreement]:
    """Open agreements whose next step is the person's."""
    return Agreement.objects.filter(step_owner=person, closed_on__isnull=True)


def agreements_readable_by(person: Person, on: date) -> QuerySet[Agreement]:
    """The agreements of which the person may read at least a part."""
    parts = (
        agreements_seen_by(person, on),
        course_agreements_served_by(person, on),
        agreements_helped_by(person, on),
        nominations_for(person, on),
        steps_owned_by(person),
    )
    readable = Q(pk__in=[])
    for part in parts:
        readable |= Q(pk__in=part.order_by().values("pk"))
    return Agreement.objects.filter(readable)


def is_one_of_the_two(agreement: Agreement, person: Person, on: date) -> bool:
    """Whether the agreement is the person's own or that of a present direct report: these two may read it whole."""
    return agreement.employee_id == person.pk or _manages(agreement, person, on)


def _manages(agreement: Agreement, person: Person, on: date) -> bool:
    employment = agreement.employment
    return employment.line_manager_id == person.pk and employment.holds_on(on)


def deputised_manager(agreement: Agreement, person: Person, on: date) -> int | None:
    """The id of the line manager whose deputy the person is on the day for settling the money; None: they are not."""
    manager = agreement.employment.line_manager_id
    if agreement.step != "settle_money" or agreement.step_owner_id != person.pk or manager in (None, person.pk):
        return None
    return manager if Deputy.objects.on(on).filter(person=manager, deputy=person).exists() else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to an agreement: by themself, and as the holder of its next step."""

    own: frozenset[Party]
    holds_for: Party | None = None  # the party whose step they hold
    may: frozenset[Event] = frozenset()  # the events that they may let happen for that party
    has_moved: bool = False  # the step came to them along the line

    def parties(self, event: Event | None = None) -> frozenset[Party]:
        """The parties that the person acts as when they let the event happen; None: as whom they read."""
        if self.holds_for is None or (self.has_moved if event is None else event not in self.may):
            return self.own
        return self.own | {self.holds_for}


def standing_of(agreement: Agreement, person: Person, on: date) -> Standing:
    """What the person is to this agreement on the day.

    - Whoever holds the step also acts for the party whose step it is, but only to answer it: for a step that has moved,
      what the line's row says; for a manager's deputy, settling the money.
    - HR holds a step that has found no owner, or has come to HR, only to give it to somebody.
    - An employee with a seat whose unit has no coordinator has registered themself, and counts as coordinator too.
    - When a registration is late, the line manager may register as well.
    """
    parties: set[Party] = set()
    roles = SimpleLazyObject(lambda: roles_reaching(person, agreement.unit, on))  # few steps need them
    if agreement.employee_id == person.pk:
        parties.add(Party.EMPLOYEE)
    elif _manages(agreement, person, on):
        parties.add(Party.MANAGER)
    has_seat = agreement.stage in BOOKED and agreement.employee_id == person.pk
    coordinates = agreement.kind == Kind.COURSE and Role.COORDINATOR in roles
    if coordinates or (has_seat and not is_coordinated(agreement.unit, on)):
        parties.add(Party.COORDINATOR)
    if agreement.employee_id != person.pk and Role.BUDGET_OWNER in roles:
        parties.add(Party.BUDGET_OWNER)
    helped = agreement.helpers.filter(person=person, ended_on__isnull=True)
    if agreement.kind == Kind.PRACTICE and helped.exists():
        parties.add(Party.HELPER)
    return _with_the_step(agreement, person, on, parties, is_hr=lambda: Role.HR in roles)


def _with_the_step(
    agreement: Agreement, person: Person, on: date, parties: set[Party], *, is_hr: Callable[[], bool]
) -> Standing:
    """What somebody who is these parties by themself is as the holder of the next step as well."""
    step = agreement.state.step
    if step is None:
        return Standing(frozenset(parties))
    level = LINE[step.name].level(agreement.line_level) if not agreement.proposed_by else None
    holds = agreement.step_owner_id == person.pk
    if agreement.is_with_hr:
        if holds or is_hr():
            parties.add(Party.HR)
        return Standing(frozenset(parties))
    if level is not None and step.name in REGISTERING and Party.MANAGER in parties:
        return Standing(frozenset(parties), step.owner, level.may, has_moved=True)
    if not holds:
        return Standing(frozenset(parties))
    if level is not None and not agreement.handed_over:
        return Standing(frozenset(parties), step.owner, level.may, has_moved=True)
    given = agreement.handed_over or agreement.employment.line_manager_id in (None, person.pk)
    if step.name == "settle_money" and not given:
        if deputised_manager(agreement, person, on) is None:
            return Standing(frozenset(parties))
        return Standing(frozenset(parties), step.owner, SETTLING_MONEY)
    may = frozenset({*page_answers(step.name), Event.HAND_OVER})
    return Standing(frozenset(parties), step.owner, may, has_moved=agreement.line_level > 0)


def parties_of(agreement: Agreement, person: Person, on: date, event: Event | None = None) -> frozenset[Party]:
    """What the person is to this agreement on the day, for letting `event` happen; None: for reading."""
    return standing_of(agreement, person, on).parties(event)


def events_open_to(agreement: Agreement, person: Person, on: date) -> frozenset[Event]:
    """The events that the person may let happen now."""
    return _open_events(agreement.state, standing_of(agreement, person, on))


def events_open_to_manager(agreement: Agreement, manager: Person, on: date) -> frozenset[Event]:
    """The events that the line manager of a present direct report may let happen now, whatever else they are.

    For lists: it asks the database nothing.
    """
    standing = _with_the_step(agreement, manager, on, {Party.MANAGER}, is_hr=lambda: False)
    return _open_events(agreement.state, standing)


def _open_events(state: State, standing: Standing) -> frozenset[Event]:
    return frozenset(event for event in events_from(state) if allowed(state, event, standing.parties(event)))


def arranges_course(agreement: Agreement, person: Person, on: date) -> bool:
    """Whether the person may see to the files and applications of a course: one of the two, or a coordinator."""
    if agreement.kind != Kind.COURSE:
        return False
    coordinates = Role.COORDINATOR in roles_reaching(person, agreement.unit, on)
    return coordinates or is_one_of_the_two(agreement, person, on)


def may_observe(agreement: Agreement, person: Person, on: date) -> bool:
    """Whether the person may write what they observe of the learning: the manager, or a helper who said yes."""
    if agreement.employee_id == person.pk or agreement.stage not in OBSERVABLE:
        return False
    helps = agreement.helpers.filter(person=person, said_yes=True, ended_on__isnull=True)
    return _manages(agreement, person, on) or helps.exists()


def attachments_seen_by(person: Person, on: date) -> QuerySet[Attachment]:
    """The files of the agreements the person may read whole, and of the courses they coordinate."""
    whole, served = agreements_seen_by(person, on), course_agreements_served_by(person, on)
    seen = Q(agreement__in=whole.order_by().values("pk")) | Q(agreement__in=served.order_by().values("pk"))
    return Attachment.objects.filter(seen)


def written_answers_to_confirm(person: Person) -> QuerySet[WrittenAnswer]:
    """What a manager has written down of the person's own answers, and the person has not said yes or no to."""
    return WrittenAnswer.objects.filter(UNANSWERED, agreement__employee=person)


THE_TWO = frozenset({Party.EMPLOYEE, Party.MANAGER})


@dataclass(frozen=True, slots=True)
class VisibleParts:
    """Which parts of an agreement a person may read."""

    whole: bool  # all of it, as one of the two
    standing_in: bool  # title and dates, as owner of a step that belongs to one of the two
    booking: bool  # as coordinator
    helping: bool  # as helper
    deciding: bool  # as budget owner
    settling: bool = False  # as the manager's deputy
    up_the_line: bool = False  # person, step, days and the course or way: the step has come up the line

    @property
    def title(self) -> bool:
        return self.whole or self.standing_in or self.booking or self.helping or self.deciding

    @property
    def only_helps(self) -> bool:
        """Whether the person reads title, purpose and dates only, and not the stage."""
        return self.helping and not (self.whole or self.standing_in)

    @property
    def price(self) -> bool:
        return self.whole or self.booking or self.deciding or self.settling


def visible_parts(agreement: Agreement, person: Person, parties: frozenset[Party], on: date) -> VisibleParts:
    """What the person may read, by the design's table of who sees what. A step's owner sees no more than it needs."""
    has_moved = agreement.line_level > 0 and agreement.step_owner_id == person.pk and not agreement.stray
    return VisibleParts(
        up_the_line=has_moved and Party.HR not in parties,
        whole=is_one_of_the_two(agreement, person, on),
        standing_in=bool(parties & THE_TWO),
        booking=Party.COORDINATOR in parties,
        helping=Party.HELPER in parties,
        deciding=Party.BUDGET_OWNER in parties,
        settling=deputised_manager(agreement, person, on) is not None,
    )
