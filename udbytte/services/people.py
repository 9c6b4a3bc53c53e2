"""People and the organisation: who holds whose conversation, and what follows when that changes."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..access.people import is_administrator, roles_reaching, works_on
from ..domain.lifecycle import STEPS, Event, Kind, Party, Stage
from ..domain.notifications import ManagerChanged, RoleEnded, RoleGiven
from ..domain.organisation import conversation_holder
from ..models import (
    Agreement,
    Conversation,
    Deputy,
    Employment,
    Helper,
    ManagerRole,
    Person,
    PracticeGroup,
    Role,
    RoleAssignment,
    Unit,
)
from .agreements import take_step
from .bulk import update_rows
from .errors import NotPermitted, Refused, StaleStep
from .figures import count_uncoordinated
from .locks import again_after_deadlock, lock_in_order
from .meetings import hand_over_time
from .notices import notify
from .owners import Desk, owner_of
from .past import keep_past_of_agreements

CHUNK = 2000


@again_after_deadlock
@transaction.atomic
def settle_organisation(*, on: date, by: Person | None = None) -> None:
    """Bring everything in line with the organisation as it is on the day. Doing it again changes nothing.

    1. Who has left is marked so, and who came back.
    2. Each employment gets its line manager by the rule; conversations not yet held follow.
    3. Agreements follow their employment: to another unit, to the person's other employment, or they are closed.
    4. Steps whose owner is gone, whose manager changed or who had no owner, find the one they belong to.
    5. The units without a coordinator are counted.
    """
    _mark_who_works(on)
    _settle_line_managers(on)
    _follow_employments(on)
    _lose_gone_helpers(on)
    settle_owners(on)
    count_uncoordinated(on=on)


def _mark_who_works(on: date) -> None:
    known = Q(employments__isnull=False) | Q(manager_roles__isnull=False) | Q(roles__isnull=False)
    working = works_on(on)
    gone = Person.objects.filter(known, is_active=True).exclude(working)
    Person.objects.filter(pk__in=gone.values("pk")).update(is_active=False)
    Person.objects.filter(working, is_active=False).update(is_active=True)


def _settle_line_managers(on: date) -> None:
    managers: dict[int, list[int]] = defaultdict(list)
    roles = ManagerRole.objects.on(on).filter(holds_conversations=True, person__is_active=True)
    for unit, person in roles.order_by("starts_on", "pk").values_list("unit_id", "person_id"):
        managers[unit].append(person)
    paths = {pk: [int(part) for part in path.split("/") if part] for pk, path in Unit.objects.values_list("pk", "path")}
    changed: list[tuple[int, int | None]] = []
    rows = Employment.objects.on(on).select_related("chosen_manager")
    for row in rows.only("person_id", "unit_id", "line_manager_id", "chosen_manager__is_active").iterator(CHUNK):
        chosen = row.chosen_manager
        chosen_id = chosen.pk if chosen is not None and chosen.is_active else None
        holder = conversation_holder(row.person_id, paths[row.unit_id], managers, chosen_id)
        if holder != row.line_manager_id:
            changed.append((row.pk, holder))
    update_rows(Employment, ("line_manager",), changed)
    stale = Conversation.objects.filter(held_on__isnull=True, round__closed_on__isnull=True).exclude(
        manager=F("employment__line_manager")
    )
    wanting = stale.exclude(manager__isnull=True, employment__line_manager__isnull=True)
    moved, before = list[Conversation](), dict[int, int | None]()
    for conversation in wanting.select_related("employment").iterator(CHUNK):
        if conversation.employment.holds_on(on):
            before[conversation.pk] = conversation.manager_id
            conversation.manager_id = conversation.employment.line_manager_id
            moved.append(conversation)
    Conversation.objects.bulk_update(moved, ["manager"], batch_size=CHUNK)
    for conversation in moved:
        if conversation.planned_at is not None:
            hand_over_time(conversation, before=before[conversation.pk], on=on)


def _follow_employments(on: date) -> None:
    """Move open agreements along with their employment; close those of people who left."""
    _lock_in_the_order_of_steps(
        Agreement.objects.filter(closed_on__isnull=True).filter(
            ~Q(unit=F("employment__unit")) | Q(employment__ends_on__lt=on)
        )
    )
    moved = Agreement.objects.filter(closed_on__isnull=True).exclude(unit=F("employment__unit"))
    keep_past_of_agreements(moved.values_list("pk", flat=True), on=on)
    moved.update(unit=Employment.objects.filter(agreements=OuterRef("pk")).values("unit")[:1])
    ended = Agreement.objects.filter(closed_on__isnull=True, employment__ends_on__lt=on)
    for pk in list(ended.values_list("pk", flat=True)):  # read one by one, as closing one can change another
        agreement = Agreement.objects.select_related("employee").get(pk=pk)
        other = Employment.objects.on(on).filter(person=agreement.employee_id).order_by("-starts_on", "pk").first()
        if other is None:
            with suppress(StaleStep):
                take_step(agreement, Event.LEAVE, by=None, on=on)
        else:
            keep_past_of_agreements([agreement.pk], on=on)
            Agreement.objects.filter(pk=agreement.pk).update(employment=other, unit=other.unit_id)


def _lock_in_the_order_of_steps(agreements: QuerySet[Agreement]) -> None:
    """Lock agreements as somebody who takes a step of one does: those who learn together first, then the agreement."""
    rows = list(agreements.order_by("pk").values_list("pk", "group"))
    lock_in_order(PracticeGroup, {group for _pk, group in rows if group is not None})
    lock_in_order(Agreement, (pk for pk, _group in rows))


def _lose_gone_helpers(on: date) -> None:
    gone = Helper.objects.filter(ended_on__isnull=True, person__is_active=False)
    for pk in list(gone.values_list("pk", flat=True)):
        helper = Helper.objects.select_related("agreement", "person").get(pk=pk)
        agreement = helper.agreement
        if helper.ended_on is not None:
            continue  # it went with another one
        if agreement.kind == Kind.PRACTICE and agreement.stage in (
            Stage.ASKED,
            Stage.STAFFED,
            Stage.UNDER_WAY,
            Stage.STUCK,
        ):
            reason = _("%(name)s no longer works here.") % {"name": helper.person.name}
            with suppress(StaleStep):
                take_step(agreement, Event.LOSE_HELPER, by=None, on=on, helper=helper.person, reason=reason)
        else:
            Helper.objects.filter(pk=helper.pk).update(ended_on=on)


def _owner_may_be_wrong(on: date) -> Q:
    """Open agreements whose step might belong to somebody else now."""
    managers = [step.name for step in STEPS.values() if step.owner is Party.MANAGER]
    manager_changed = Q(step__in=managers, handed_over=False) & (
        Q(employment__line_manager__isnull=True) | ~Q(step_owner=F("employment__line_manager"))
    )
    dropping = Q(dropping=Party.EMPLOYEE, handed_over=False) & ~Q(step_owner=F("employment__line_manager"))
    absent = Deputy.objects.on(on).filter(deputy__is_active=True).values("person")
    stood_in = Deputy.objects.filter(starts_on__lte=on).values("deputy")
    money = Q(step="settle_money", step_owner__in=absent) | Q(step="decide") & (
        Q(step_owner__in=absent) | Q(step_owner__in=stood_in)
    )
    deputised = money & Q(handed_over=False)
    return Q(step_owner__is_active=False) | Q(stray=True) | manager_changed | dropping | deputised


def settle_owners(on: date) -> None:
    """Give each step whose owner might be wrong to the one it belongs to on the day. Again changes nothing.

    An agreement that somebody answers meanwhile is left as it is until the next time.
    """
    desk = Desk.on_day(on)
    wrong = Agreement.objects.filter(_owner_may_be_wrong(on), closed_on__isnull=True)
    related = wrong.select_related("employment__line_manager", "employee", "unit", "step_owner").order_by("pk")
    role_lost = _roles_lost(desk)
    found = {one.pk: one for one in [*related, *role_lost]}
    for _pk, agreement in sorted(found.items()):
        step = agreement.state.step
        if step is None:
            continue
        owner = owner_of(agreement, step.owner, on=on, desk=desk, step=step.name)
        if (owner.person_id, owner.stray) != (agreement.step_owner_id, agreement.stray):
            person = Person.objects.get(pk=owner.person_id)
            with suppress(StaleStep):
                take_step(agreement, Event.HAND_OVER, by=None, on=on, owner=person, stray=owner.stray)


def _roles_lost(desk: Desk) -> list[Agreement]:
    """Agreements whose step lies with a coordinator or budget owner who is none any more anywhere."""
    found: list[Agreement] = []
    for role, party in ((Role.COORDINATOR, Party.COORDINATOR), (Role.BUDGET_OWNER, Party.BUDGET_OWNER)):
        holders = {person for people in desk.holders.get(role, {}).values() for person in people}
        names = [step.name for step in STEPS.values() if step.owner is party]
        rows = Agreement.objects.filter(
            step__in=names, closed_on__isnull=True, stray=False, handed_over=False, step_owner__is_active=True
        ).exclude(step_owner__in=holders)
        if role is Role.COORDINATOR:
            rows = rows.exclude(step_owner=F("employee")) if not holders else rows
        found += rows.select_related("employment__line_manager", "employee", "unit", "step_owner")
    return found


def _require_administrator(by: Person | None, on: date, unit: Unit | None) -> None:
    """An administrator may anywhere, HR in the units they are HR of (None: the whole organisation)."""
    if by is None or is_administrator(by, on):
        return
    if Role.HR not in roles_reaching(by, unit, on):
        raise NotPermitted


@transaction.atomic
def give_role(*, person: Person, role: Role, unit: Unit | None, by: Person | None, on: date) -> RoleAssignment:
    """Give a role for a unit with all below it, or for the whole organisation. By HR or an administrator.

    `by` is None for the command line, which may give any role to anybody; nobody else gives themself one.
    """
    _require_administrator(by, on, unit)
    if role == Role.ADMINISTRATOR and by is not None and not is_administrator(by, on):
        raise NotPermitted
    if person == by:
        raise Refused(_("Nobody gives themself a role. Ask another administrator or HR to give it to you."), "person")
    if by is not None and not person.is_active:
        raise Refused(_("Choose somebody who works here."), "person")
    if role == Role.ADMINISTRATOR and unit is not None:
        raise Refused(_("An administrator is one for the whole organisation."), "unit")
    Person.objects.select_for_update().get(pk=person.pk)  # two at once give one role
    if RoleAssignment.objects.on(on).filter(person=person, role=role, unit=unit).exists():
        raise Refused(_("%(name)s already has this role there.") % {"name": person.name}, "person")
    given = RoleAssignment.objects.create(
        person=person,
        role=role,
        unit=unit,
        starts_on=on,
        given_by=by,
        given_by_command=by is None,
        given_at=timezone.now(),
    )
    settle_organisation(on=on, by=by)
    _notify_of_role(given, RoleGiven, by=by, on=on)
    return given


@transaction.atomic
def end_role(assignment: RoleAssignment, *, by: Person | None, on: date) -> None:
    """End a role as of yesterday; its steps go to who has them now. The last HR and administrator stay.

    The row stays: one that began today has its last day before its first, and so holds on no day.
    """
    # All rows of the role are locked in one order: two who end each other's role at once do not leave nobody.
    rows = RoleAssignment.objects.filter(role=assignment.role, unit=assignment.unit).order_by("pk")
    row = next(one for one in rows.select_for_update() if one.pk == assignment.pk)
    _require_administrator(by, on, row.unit)
    if row.ends_on is not None and row.ends_on < on:
        raise Refused(_("This role has ended already."))
    if row.role in (Role.HR, Role.ADMINISTRATOR):
        others = RoleAssignment.objects.on(on).filter(role=row.role, unit__isnull=True, person__is_active=True)
        if not others.exclude(pk=row.pk).exists():
            raise Refused(_("Give the role to somebody else first: somebody must have it."))
    row.ends_on = max(row.starts_on, on) - timedelta(days=1)
    row.ended_by, row.ended_by_command, row.ended_at = by, by is None, timezone.now()
    row.save(update_fields=["ends_on", "ended_by", "ended_by_command", "ended_at"])
    settle_organisation(on=on, by=by)
    _notify_of_role(row, RoleEnded, by=by, on=on)


def _notify_of_role(
    given: RoleAssignment, kind: type[RoleGiven] | type[RoleEnded], *, by: Person | None, on: date
) -> None:
    """Tell the person at once, and in their weekly email the administrators and those who are HR for all of the unit.

    Who did it is not told. A role that has ended is told of to those who are left.
    """
    place = given.unit.name if given.unit is not None else ""
    who = by.name if by is not None else ""
    cause = f"{kind.kind}:{given.pk}"
    if given.person != by:
        own = kind(role=given.role, unit=place, by=who, whose="")
        notify(given.person, own, on=on, cause=cause, urgent=True)
    above = given.unit.ancestor_ids if given.unit is not None else []
    sees = Q(role=Role.ADMINISTRATOR) | Q(role=Role.HR) & (Q(unit__isnull=True) | Q(unit__in=above))
    holders = RoleAssignment.objects.on(on).filter(sees).order_by().values("person")
    told = {given.person_id, by.pk if by is not None else None}
    for person in Person.objects.filter(pk__in=holders, is_active=True).exclude(pk__in=told - {None}).order_by("pk"):
        notify(person, kind(role=given.role, unit=place, by=who, whose=given.person.name), on=on, cause=cause)


@transaction.atomic
def add_person(*, email: str, given_name: str, family_name: str) -> Person:
    """Make a person who is in no import, such as somebody in IT. Refused when the address is taken or is none."""
    person = Person(email=email.strip().lower(), given_name=given_name.strip(), family_name=family_name.strip())
    person.set_unusable_password()
    try:
        person.full_clean()
    except ValidationError as error:
        field, said = next(iter(error.message_dict.items()))
        raise Refused(said[0], field) from None
    person.save()
    return person


@transaction.atomic
def choose_manager(employment: Employment, manager: Person | None, *, by: Person | None, on: date) -> None:
    """Set by hand who holds an employment's conversation; None goes back to the nearest manager upward.

    The employee hears of it, and the managers before and after. Refused to who would make themself the manager, and
    to who would choose their own.
    """
    _require_administrator(by, on, employment.unit)
    if by is not None and employment.person_id == by.pk:
        raise Refused(_("Somebody else must choose who holds your own conversation."), "manager")
    if by is not None and manager is not None and manager.pk == by.pk:
        raise Refused(_("Somebody else must make you a manager."), "manager")
    if manager is not None and manager.pk == employment.person_id:
        raise Refused(_("Nobody can be their own manager."), "manager")
    employment.chosen_manager = manager
    employment.save(update_fields=["chosen_manager"])
    before = employment.line_manager
    settle_organisation(on=on, by=by)
    employment.refresh_from_db(fields=["line_manager"])
    now = employment.line_manager
    if before == now:
        return
    facts = ManagerChanged(who=employment.person.name, manager=now.name if now is not None else "")
    cause = f"manager:{employment.pk}:{now.pk if now is not None else 0}:{timezone.now().isoformat()}"
    for person in (employment.person, before, now):
        if person is not None and person != by:
            notify(person, facts, on=on, cause=cause)


@transaction.atomic
def save_preferences(person: Person, *, language: str, digest_weekday: int, wants_mail: bool) -> None:
    """What a person chooses about themself: language, ISO weekday of the digest (1-5), letters or none."""
    person.language, person.digest_weekday, person.wants_mail = language, digest_weekday, wants_mail
    person.full_clean(exclude=["password"])
    person.save(update_fields=["language", "digest_weekday", "wants_mail"])


@transaction.atomic
def open_feed(person: Person) -> None:
    """Give the person's calendar feed an address of its own; an earlier one stops working."""
    row = Person.objects.select_for_update().get(pk=person.pk)
    row.calendar_feeds += 1
    row.calendar_feed = row.calendar_feeds
    row.save(update_fields=["calendar_feed", "calendar_feeds"])


@transaction.atomic
def close_feed(person: Person) -> None:
    """Take the address of the person's calendar feed back; none that was ever given works again."""
    Person.objects.filter(pk=person.pk).update(calendar_feed=None)


@transaction.atomic
def set_password(person: Person, password: str | None) -> None:
    """Let a password let the person in, besides the code by e-mail; None: none does. It is checked by the form."""
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
    person.save(update_fields=["password"])
