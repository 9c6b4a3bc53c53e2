"""Who may see an agreement, and as what. Pages fetch through these querysets; what is not in them is a 404."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import SimpleLazyObject

from udbytte.domain.lifecycle import CLOSED, Event, Kind, Party, Stage
from udbytte.models import Agreement, Attachment, Deputy, Helper, Person, Role, valid_on

from .people import is_coordinated, roles_reaching, units_served

SEEN_FROM = frozenset({Stage.ATTENDED, Stage.USED, Stage.DONE, Stage.TOLD, Stage.LEARNED})
MONEY = frozenset({Event.FUND, Event.NOMINATE, Event.REFUSE})  # what settles it


def _own(person: Person, on: date) -> Q:
    return Q(employee=person) | Q(employment__line_manager=person) & valid_on(on, "employment__")


def own_agreements_of(person: Person) -> QuerySet[Agreement]:
    """The person's own agreements, seen whole."""
    return Agreement.objects.filter(employee=person)


def agreements_seen_by(person: Person, on: date) -> QuerySet[Agreement]:
    """Agreements seen whole: the person's own, and those of present direct reports."""
    return Agreement.objects.filter(_own(person, on))


def agreements_of_reports(person: Person, on: date) -> QuerySet[Agreement]:
    """Agreements of the person's present direct reports, seen whole; the person's own are not among them."""
    reports = Agreement.objects.filter(valid_on(on, "employment__"), employment__line_manager=person)
    return reports.exclude(employee=person)


def course_agreements_served_by(person: Person, on: date) -> QuerySet[Agreement]:
    """Course agreements of the units a coordinator serves: title, dates, price, step and person may be read."""
    served = units_served(person, Role.COORDINATOR, on)
    return Agreement.objects.filter(kind=Kind.COURSE, unit__in=served)


def agreements_helped_by(person: Person, on: date) -> QuerySet[Agreement]:
    """Agreements the person is asked to help with, or helps with: title, purpose and dates may be read."""
    helping = Helper.objects.filter(agreement=OuterRef("pk"), person=person, ended_on__isnull=True)
    return Agreement.objects.filter(Exists(helping))


def nominations_for(person: Person, on: date) -> QuerySet[Agreement]:
    """Agreements with a nomination in the units whose budget the person owns: person, course, price and reason.

    One that the manager has taken back is none any more.
    """
    served = units_served(person, Role.BUDGET_OWNER, on)
    asked = Q(nominations__decided_on__isnull=True) | Q(nominations__granted__isnull=False)
    nominated = Agreement.objects.filter(asked, nominations__isnull=False)
    return nominated.filter(Q(unit__in=served) | Q(step_owner=person, step="decide")).distinct()


def steps_owned_by(person: Person) -> QuerySet[Agreement]:
    """Open agreements whose next step is the person's."""
    return Agreement.objects.filter(step_owner=person, closed_on__isnull=True)


def agreement_view(person: Person, on: date) -> QuerySet[Agreement]:
    """Every agreement of which the person may see at least something."""
    parts = (
        agreements_seen_by(person, on),
        course_agreements_served_by(person, on),
        agreements_helped_by(person, on),
        nominations_for(person, on),
        steps_owned_by(person),
    )
    seen = Q(pk__in=[])
    for part in parts:
        seen |= Q(pk__in=part.order_by().values("pk"))
    return Agreement.objects.filter(seen)


def is_one_of_the_two(agreement: Agreement, person: Person, on: date) -> bool:
    """Whether the agreement is the person's own, or that of a present direct report: who may read it whole."""
    return agreement.employee_id == person.pk or _manages(agreement, person, on)


def _manages(agreement: Agreement, person: Person, on: date) -> bool:
    employment = agreement.employment
    return employment.line_manager_id == person.pk and employment.holds_on(on)


def deputised_manager(agreement: Agreement, person: Person, on: date) -> int | None:
    """The line manager (an id) in whose name the person settles the money, as deputy on the day; None: nobody's."""
    manager = agreement.employment.line_manager_id
    if agreement.step != "settle_money" or agreement.step_owner_id != person.pk or manager in (None, person.pk):
        return None
    return manager if Deputy.objects.on(on).filter(person=manager, deputy=person).exists() else None


def _may_pass(agreement: Agreement, person: Person, on: date, event: Event | None) -> bool:
    """Whether who owns the step may pass it: a manager's deputy settles the money, on the days of the period alone."""
    given = agreement.handed_over or agreement.employment.line_manager_id in (None, person.pk)
    if agreement.step != "settle_money" or given:
        return True
    return deputised_manager(agreement, person, on) is not None and (event is None or event in MONEY)


def parties_of(agreement: Agreement, person: Person, on: date, event: Event | None = None) -> frozenset[Party]:
    """What the person is to this agreement on the day, or (`event`) is when it comes to letting that event happen.

    Whoever owns the step counts as the party whose step it is, as stand-in; HR with a stray step does not, as HR hands
    it over and never passes it. A manager's deputy is the manager for settling the money, and for nothing else. Who has
    a seat and whose unit nobody coordinates has booked it themself, and is the coordinator of that seat.
    """
    parties: set[Party] = set()
    roles = SimpleLazyObject(lambda: roles_reaching(person, agreement.unit, on))  # few steps need them
    if agreement.employee_id == person.pk:
        parties.add(Party.EMPLOYEE)
    elif _manages(agreement, person, on):
        parties.add(Party.MANAGER)
    has_seat = agreement.stage == Stage.REGISTERED and agreement.employee_id == person.pk
    coordinates = agreement.kind == Kind.COURSE and Role.COORDINATOR in roles
    if coordinates or (has_seat and not is_coordinated(agreement.unit, on)):
        parties.add(Party.COORDINATOR)
    if agreement.employee_id != person.pk and Role.BUDGET_OWNER in roles:
        parties.add(Party.BUDGET_OWNER)
    helped = agreement.helpers.filter(person=person, ended_on__isnull=True)
    if agreement.kind == Kind.PRACTICE and helped.exists():
        parties.add(Party.HELPER)
    owns = agreement.step_owner_id == person.pk
    if agreement.stage not in CLOSED and owns:
        step = agreement.state.step
        if agreement.stray:
            parties.add(Party.HR)
        elif step is not None and _may_pass(agreement, person, on, event):
            parties.add(step.owner)
    elif Role.HR in roles:
        parties.add(Party.HR)
    return frozenset(parties)


def arranges_course(agreement: Agreement, person: Person, on: date) -> bool:
    """Whether the person sees to a course agreement with its files and applications: the two, and who coordinates."""
    if agreement.kind != Kind.COURSE:
        return False
    coordinates = Role.COORDINATOR in roles_reaching(person, agreement.unit, on)
    return coordinates or is_one_of_the_two(agreement, person, on)


def may_observe(agreement: Agreement, person: Person, on: date) -> bool:
    """Whether the person may write what they see of what was learned: the manager, and who helps."""
    if agreement.employee_id == person.pk or agreement.stage not in SEEN_FROM:
        return False
    helps = agreement.helpers.filter(person=person, said_yes=True, ended_on__isnull=True)
    return _manages(agreement, person, on) or helps.exists()


def attachments_seen_by(person: Person, on: date) -> QuerySet[Attachment]:
    """The files of the agreements seen whole, and of the courses a coordinator serves."""
    whole, served = agreements_seen_by(person, on), course_agreements_served_by(person, on)
    seen = Q(agreement__in=whole.order_by().values("pk")) | Q(agreement__in=served.order_by().values("pk"))
    return Attachment.objects.filter(seen)


WHOLE = frozenset({Party.EMPLOYEE, Party.MANAGER})


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of an agreement a person may read. A stand-in, who was given a step, reads title and dates."""

    whole: bool
    standing_in: bool
    booking: bool
    helping: bool
    deciding: bool
    settling: bool = False

    @property
    def title(self) -> bool:
        return self.whole or self.standing_in or self.booking or self.helping or self.deciding

    @property
    def only_helps(self) -> bool:
        """A helper reads title, purpose and dates, and not where the agreement stands."""
        return self.helping and not (self.whole or self.standing_in)

    @property
    def price(self) -> bool:
        return self.whole or self.booking or self.deciding or self.settling


def sight(agreement: Agreement, person: Person, parties: frozenset[Party], on: date) -> Sight:
    """What a person may read, by the design's table of who sees what: owning a step shows no more than the step."""
    return Sight(
        whole=is_one_of_the_two(agreement, person, on),
        standing_in=bool(parties & WHOLE),
        booking=Party.COORDINATOR in parties,
        helping=Party.HELPER in parties,
        deciding=Party.BUDGET_OWNER in parties,
        settling=deputised_manager(agreement, person, on) is not None,
    )
