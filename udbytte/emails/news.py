"""The texts of notifications that say what happened, in the recipient's language.

They say nothing that the recipient may not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.links import Ballot, PartnerLink, SignatureLink
from udbytte.access.practice import is_asked_for_partner
from udbytte.domain.lifecycle import Event
from udbytte.domain.notifications import (
    ConversationsNotHeld,
    CourseBegins,
    DeputyEnded,
    DeputyNamed,
    EmailRefused,
    EventHappened,
    FollowUpDayCame,
    FollowUpMissing,
    HelperIsAsked,
    HelpNotNeeded,
    LapseNear,
    MailWasAway,
    ManagerChanged,
    ManagersInCircle,
    NotificationKind,
    ObservationWritten,
    PartnerFound,
    PeopleUnreached,
    PlanSigned,
    PlanToSign,
    RoleEnded,
    RoleFacts,
    RoleGiven,
    RoundBegun,
    RunNotChanged,
    RunToConfirm,
    SeatIsFree,
    SeatLost,
    SeatTaken,
    SeatToGiveBack,
    SelfCheckOpened,
    StepMoved,
    StepMovedOn,
    StepsAskedAbout,
    StepsStay,
    StepsWillMove,
    WhoHelps,
    WrittenForYou,
)
from udbytte.domain.notifications.emails import Urgency
from udbytte.models import Agreement, Notification, Person, Role, RunChange
from udbytte.models.formatting import day, day_and_time, days
from udbytte.models.labels import STEP_LABELS
from udbytte.models.stalled_text import tasks_text
from udbytte.models.third_person import EMPLOYEES_OWN, does_next, has_not_done

from .events import names_who, sentence_of
from .items import (
    Item,
    Link,
    Look,
    Words,
    about_for,
    listed,
    names_text,
    page_of,
    says,
    says_of_agreement,
    titled,
    where_and_when,
    whose,
    with_own_plan,
)
from .meetings import MEETING_NEWS
from .money import MONEY_NEWS
from .rules import RULES_NEWS
from .steps import STALLED, TEAM, helper_check_in_item, signup_text
from .written import written_for_you


def news_of(notification: Notification, person: Person) -> Item:
    """The item of a notification. Raises KeyError for a kind without texts."""
    return NEWS[notification.kind](notification, person)


def _open(agreement: Agreement) -> list[Link]:
    return [Link(_("See the agreement"), page_of(agreement))]


def _who_helps(facts: WhoHelps, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The manager asks who could help."""
    head = _("%(by)s asks who could help you") % {"by": facts.by}
    links = [Link(_("Find somebody, or say that nobody is needed"), f"{page_of(agreement)}hjaelp/")]
    return Item(head, agreement.title, links=links, subject=titled(head, agreement))


def _no_seat(facts: SeatLost, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The employee's seat is gone."""
    head = _("You are no longer registered")
    body = f"{agreement.title}\n{sentence_of(facts.event, facts.by)}."
    return Item(head, body, links=_open(agreement), subject=titled(head, agreement))


def _free_seat(facts: SeatIsFree, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A seat that somebody on the waitlist could have."""
    head = _("A place has become free")
    return Item(head, whose(agreement), links=_open(agreement), look=Look.TASK, subject=titled(head, agreement))


def _unbook(facts: SeatToGiveBack, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A seat that the provider still counts on."""
    head = _("Cancel the place with the provider")
    if facts.event is Event.CANCEL_SEAT:
        why = _("%(who)s no longer takes part in the course") % {"who": agreement.employee.short_name}
    else:
        why = sentence_of(facts.event, facts.by)
    body = f"{whose(agreement)}\n{why}."
    return Item(head, body, links=_open(agreement), look=Look.TASK, subject=titled(head, agreement))


def _step_moved(facts: StepMoved, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A late step has come to the reader along the line, who may have lost it since. HR reads no name and no course."""
    step = str(STEP_LABELS.get(facts.step, ""))
    if agreement.is_with_hr:
        head = _("A task in %(unit)s has stalled") % {"unit": facts.unit}
        links = [Link(_("See what has stalled"), f"{settings.BASE_URL}{STALLED}")]
        return Item(head, step, True, links, Look.TASK, head, Urgency.SOMEBODY_WAITS, group="moved:hr", page=STALLED)
    is_manager = agreement.employment.line_manager_id == person.pk
    about = whose(agreement) if is_manager else agreement.public_line
    if facts.step in EMPLOYEES_OWN:
        head = has_not_done(facts.step, agreement.employee.name)
    elif facts.silent and not facts.away:
        head = has_not_done(facts.step, facts.silent)
    else:
        head = step
    if facts.away:
        why = _("%(who)s is away, so the task is with you now.") % {"who": facts.silent}
    else:
        why = _("The task is with you now.")
    due = agreement.step_due
    late = due is not None and due < notification.on
    deadline = _("The deadline was %(day)s") % {"day": day(due, notification.on)} if due is not None and late else ""
    body = listed(about, why, deadline, signup_text(agreement, notification.on), by="\n")
    subject = titled(head, agreement, facts.days)
    page = TEAM if is_manager else "/"
    group = "moved:team" if is_manager else "moved"
    links = [Link(_("See the agreement"), f"{page_of(agreement)}#next")]
    return Item(head, body, True, links, Look.TASK, subject, Urgency.SOMEBODY_WAITS, group=group, page=page)


def _step_moved_on(facts: StepMovedOn, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The reader had a step, and it has moved to somebody else."""
    about = capfirst(agreement.public_title)
    body = listed(about, _("The task is no longer with you."), by="\n")
    if agreement.is_with_hr:
        head = _("%(to)s in HR finds somebody who can do the task") % {"to": facts.to}
    elif facts.step not in EMPLOYEES_OWN:
        head = does_next(facts.step, facts.to)
    elif agreement.employee_id == person.pk:
        head, body = _("%(to)s will talk with you about it") % {"to": facts.to}, about
    else:
        head = _("%(to)s follows it up from now on") % {"to": facts.to}
    return Item(head, body, subject=titled(head, agreement))


def _lapse_near(facts: LapseNear, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The reader's own agreement lapses soon, since nobody has acted."""
    head = _("What is to happen with the agreement?")
    why = _("Nobody has acted, so the agreement lapses on %(day)s.") % {"day": day(facts.day, notification.on)}
    may = _("You can keep it, choose another solution, or let it go.")
    links = [Link(_("Choose what is to happen"), f"{page_of(agreement)}#next")]
    subject = titled(head, agreement)
    return Item(
        head, listed(agreement.title, why, may, by="\n"), True, links, Look.TASK, subject, Urgency.SOMEBODY_WAITS
    )


def _hr_asks(facts: StepsAskedAbout, notification: Notification, person: Person) -> Item:
    """HR asks about steps that stand still with the reader."""
    words = {"by": facts.by, "tasks": tasks_text(facts.step, facts.count)}
    head = ngettext(
        "%(by)s (HR) asks about %(tasks)s that waits for you",
        "%(by)s (HR) asks about %(tasks)s that wait for you",
        facts.count,
    )
    body = _("If you have no time for it now, say who can.")
    return Item(head % words, body, True, [Link(_("See what waits"), f"{settings.BASE_URL}/")])


def _will_move(facts: StepsWillMove, notification: Notification, person: Person) -> Item:
    """HR gives steps of the reader, or of somebody the reader manages, to somebody else."""
    tasks, starts = tasks_text(facts.step, facts.count), day(facts.day, notification.on)
    words = {"tasks": tasks, "to": facts.to, "day": starts, "who": facts.silent}
    if facts.silent:
        head = ngettext(
            "%(tasks)s goes from %(who)s to %(to)s on %(day)s",
            "%(tasks)s go from %(who)s to %(to)s on %(day)s",
            facts.count,
        )
        body = _("HR has chosen it, since nothing has happened for six weeks. Answered before, it stays.")
    else:
        head = ngettext(
            "%(tasks)s goes from you to %(to)s on %(day)s", "%(tasks)s go from you to %(to)s on %(day)s", facts.count
        )
        body = _("HR has chosen it, since nothing has happened for six weeks. You can still answer before that day.")
    return Item(head % words, body, True, [Link(_("Open Udbytte"), f"{settings.BASE_URL}/")])


def _stays(facts: StepsStay, notification: Notification, person: Person) -> Item:
    """HR has taken back that steps go to somebody else."""
    words = {"tasks": tasks_text(facts.step, facts.count), "to": facts.to}
    head = ngettext("%(tasks)s does not go to %(to)s after all", "%(tasks)s do not go to %(to)s after all", facts.count)
    return Item(head % words, _("HR has taken it back."))


def _coming(facts: CourseBegins, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A course begins soon: when, where and what to bring."""
    run = agreement.run
    body = listed(agreement.title, where_and_when(run), run.bring if run is not None else "", by="\n")
    begins = day(agreement.starts_on, notification.on) if agreement.starts_on else ""
    head = _("Your course begins %(day)s") % {"day": begins}
    links = _open(agreement)
    if is_asked_for_partner(agreement) and not hasattr(agreement, "partner_wish"):
        link = PartnerLink(person.pk, agreement.pk, notification.on)
        links.append(Link(_("Do you want a partner the first time you use it?"), link.url))
    return Item(head, with_own_plan(body, agreement, person), links=links, subject=titled(head, agreement))


def _partner(facts: PartnerFound, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """Somebody on the same course date wants a partner too."""
    head = _("%(who)s wants a partner too") % {"who": facts.who}
    body = listed(agreement.title, facts.email, _("Agree when you meet to use it for the first time"), by="\n")
    return Item(head, body, links=_open(agreement), subject=titled(head, agreement))


def _helpers_view(facts: HelperIsAsked, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A helper is asked how it goes, and answers from the email."""
    return helper_check_in_item(agreement, person, facts.check_in, made_on=notification.on)


def _observation(facts: ObservationWritten, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A helper has written what they see."""
    head = _("%(who)s has added an observation") % {"who": facts.by}
    return Item(head, about_for(agreement, person), links=_open(agreement), subject=titled(head, agreement))


def _event_happened(facts: EventHappened, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """Somebody else has moved the agreement."""
    helps = {helper.ended_on is None for helper in agreement.helpers.all() if helper.person_id == person.pk}
    helps_no_more = helps == {False} and person.pk != agreement.employment.line_manager_id
    is_silent_helper = facts.event is Event.HELPER_SILENT and helps_no_more
    head = _("You are no longer asked to help") if is_silent_helper else sentence_of(facts.event, facts.by)
    is_named = names_who(facts.event, facts.by)
    told = _("From %(who)s") % {"who": facts.by} if facts.by and not is_named else ""
    body = listed(about_for(agreement, person), told, by="\n")
    links = [] if helps_no_more else _open(agreement)  # who helps no more reads it no more
    return Item(head, body, links=links, subject=titled(head, agreement))


def _seat(facts: SeatTaken, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The employee has a seat, or the course has other days: when and where it is."""
    when = ""
    if agreement.starts_on is not None and agreement.ends_on is not None:
        when = days(agreement.starts_on, agreement.ends_on, notification.on)
    body = listed(agreement.title, listed(when, where_and_when(agreement.run)), by="\n")
    head = _("Your course has new dates") if facts.event is Event.MOVE_RUN else _("You are registered")
    return Item(head, body, links=_open(agreement), subject=titled(head, agreement))


def _invited(facts: RoundBegun, notification: Notification, person: Person) -> Item:
    """A round has begun; the invitation comes from the employee's manager."""
    head = _("%(by)s invites you to %(name)s") if facts.by else _("%(name)s has begun")
    body = _("Your conversation is a LUS, with your own manager.") if facts.leader else ""
    links = [Link(_("Read the ground rules and prepare"), f"{settings.BASE_URL}/")]
    return Item(head % {"by": facts.by, "name": facts.name}, body, links=links)


def _follow_up_day(facts: FollowUpDayCame, notification: Notification, person: Person) -> Item:
    """What is open on the manager's team on a follow-up day of the round."""
    head = _("Follow-up day in %(round)s") % {"round": facts.round}
    open_ = ngettext(
        "%(count)s agreement is open on your team.", "%(count)s agreements are open on your team.", facts.open
    ) % {"count": facts.open}
    late = ngettext("%(count)s of them is overdue.", "%(count)s of them are overdue.", facts.late)
    links = [Link(_("Go through them"), f"{settings.BASE_URL}/medarbejdere/gennemgang/")]
    return Item(head, listed(open_, late % {"count": facts.late} if facts.late else "", by="\n"), links=links)


def _self_check(facts: SelfCheckOpened, notification: Notification, person: Person) -> Item:
    """A self-check is open. The link leads to the ballot, and has nothing that is stored of one."""
    url = Ballot(facts.check, person.pk).url
    body = _("Eight questions, three minutes. You answer anonymously, and only the totals are kept.")
    return Item(_("Does anything come of the conversations? Say how you see it"), body, links=[Link(_("Answer"), url)])


def _to_sign(facts: PlanToSign, notification: Notification, person: Person) -> Item:
    """The other one has signed a plan. The recipient reads and signs it from the email."""
    link = SignatureLink(person.pk, facts.plan, facts.mark, notification.on)
    head, subject = _("A plan is waiting for your signature"), ""
    if facts.by:
        head = _("%(who)s has signed the plan") % {"who": facts.by}
        subject = _("%(who)s is waiting for your signature on the plan") % {"who": facts.by}
    body = _("Read it, and sign it if you agree.")
    return Item(head, body, links=[Link(_("Read the plan and sign"), link.url)], subject=subject)


def _signed(facts: PlanSigned, notification: Notification, person: Person) -> Item:
    """Both have signed a plan."""
    is_own = facts.whose == person.name
    head = _("You have both signed your plan") if is_own else _("You have both signed the plan of %(who)s")
    links = [Link(_("See the plan, or save it as a document"), _signatures(facts.conversation))]
    return Item(head % {"who": facts.whose}, links=links)


def _signatures(conversation: int) -> str:
    return f"{settings.BASE_URL}/samtaler/{conversation}/#sign"


def _new_manager(facts: ManagerChanged, notification: Notification, person: Person) -> Item:
    """A conversation has gone to another manager."""
    words = {"manager": facts.manager, "who": facts.who}
    if facts.who == person.name:
        named, unnamed = (
            _("From now on %(manager)s holds your conversation"),
            _("Somebody else is to hold your conversation"),
        )
    elif facts.manager == person.name:
        named = unnamed = _("From now on you hold the conversation with %(who)s")
    else:
        named = _("From now on %(manager)s holds the conversation with %(who)s")
        unnamed = _("From now on somebody else holds the conversation with %(who)s")
    return Item((named if facts.manager else unnamed) % words)


def _deputy(facts: DeputyNamed, notification: Notification, person: Person) -> Item:
    """The recipient is deputy for some days."""
    head = _("You approve courses while %(who)s is away") % {"who": facts.who}
    return Item(head, days(facts.starts_on, facts.ends_on, notification.on))


def _no_deputy(facts: DeputyEnded, notification: Notification, person: Person) -> Item:
    """A deputy was ended before the last day."""
    return Item(_("You no longer approve courses for %(who)s") % {"who": facts.who})


def _role_given(facts: RoleGiven, notification: Notification, person: Person) -> Item:
    """A role is given to the recipient, or to somebody else when the recipient administers the roles."""
    head = _("%(who)s has a new role: %(role)s") if facts.whose else _("You have a new role: %(role)s")
    return _role(facts, head, _("The role was given by %(by)s."))


def _role_ended(facts: RoleEnded, notification: Notification, person: Person) -> Item:
    """A role has ended, for the same recipients."""
    other = _("%(who)s no longer has this role: %(role)s")
    head = other if facts.whose else _("You no longer have this role: %(role)s")
    return _role(facts, head, _("The role was ended by %(by)s."))


def _role(facts: RoleFacts, head: str, done: str) -> Item:
    where = facts.unit or _("The whole organisation")
    by = facts.by or _("whoever runs the server")
    roles = Link(_("See the roles"), f"{settings.BASE_URL}/organisation/#roller")
    link = roles if facts.whose else Link(_("Open Udbytte"), f"{settings.BASE_URL}/")
    words = {"who": facts.whose, "role": Role(facts.role).label}
    return Item(head % words, f"{where}. {done % {'by': by}}", links=[link])


def _run_to_confirm(facts: RunToConfirm, notification: Notification, person: Person) -> Item:
    """Somebody who serves other units says that a course date is cancelled or moved."""
    words = {"by": facts.by}
    cancelled = _("%(by)s says that the course date is cancelled. Is that right?")
    moved = _("%(by)s says that the course date has been moved. Is that right?")
    head = (cancelled if facts.change == RunChange.CANCELLED else moved) % words
    dates = days(facts.starts, facts.ends, notification.on)
    body = listed(facts.title, dates, _("Nothing changes before you have answered."), by="\n")
    return Item(head, body, True, [Link(_("Answer"), f"{settings.BASE_URL}/kursusopgaver/melding/{facts.report}/")])


def _run_not_changed(facts: RunNotChanged, notification: Notification, person: Person) -> Item:
    """A course date that the recipient has said is cancelled or moved is held as before."""
    cancelled = _("%(by)s says that the course date is held after all")
    moved = _("%(by)s says that the course date is not moved")
    head = (cancelled if facts.change == RunChange.CANCELLED else moved) % {"by": facts.by}
    body = listed(facts.title, days(facts.starts, facts.ends, notification.on), _("Ask the provider."), by="\n")
    return Item(
        head, body, links=[Link(_("See the course date"), f"{settings.BASE_URL}/kursusopgaver/hold/{facts.run}/")]
    )


def _refused_mail(facts: EmailRefused, notification: Notification, person: Person) -> Item:
    """An email came back."""
    link = None if facts.subject else Link(_("See the emails that wait"), f"{settings.BASE_URL}/mails/")
    return Item(
        _("An address refuses mail"),
        listed(facts.name, facts.subject, by=": "),
        links=[link] if link is not None else [],
    )


def _mail_was_away(facts: MailWasAway, notification: Notification, person: Person) -> Item:
    """The mail server took no mail for a while."""
    times = {"since": day_and_time(facts.since), "until": day_and_time(facts.until)}
    body = _(
        "From %(since)s to %(until)s. The emails that waited have been sent since. What was answered meanwhile is left"
        " out."
    )
    link = Link(_("See the emails that wait"), f"{settings.BASE_URL}/mails/")
    return Item(_("Emails could not be sent for a while"), body % times, links=[link])


def _no_follow_up(facts: FollowUpMissing, notification: Notification, person: Person) -> Item:
    """The daily follow-up does not run."""
    body = _(
        "Nobody is reminded, and late tasks stay where they are. Tell whoever runs the server to use: udbytte doctor"
    )
    if facts.last is not None:
        body = listed(_("It ran last on %(day)s.") % {"day": day(facts.last)}, body, by=" ")
    return Item(_("The daily follow-up has not run"), body)


def _not_needed(facts: HelpNotNeeded, notification: Notification, person: Person) -> Item:
    """A helper is not asked any more. They may no longer read the agreement, so only its title is named."""
    return Item(_("Your help is not needed any more"), facts.title)


def _not_held(facts: ConversationsNotHeld, notification: Notification, person: Person) -> Item:
    """A round is closed, and the manager has not held some of its conversations."""
    head = ngettext(
        "%(name)s is closed, and %(count)s conversation was not held",
        "%(name)s is closed, and %(count)s conversations were not held",
        facts.count,
    ) % {"name": facts.name, "count": facts.count}
    body = _("Say on which day it was after all, or why it was not held. It takes a minute.")
    return Item(head, body, links=[Link(_("Answer"), f"{settings.BASE_URL}/medarbejdere/fra-forrige-runde/")])


def _unreached(facts: PeopleUnreached, notification: Notification, person: Person) -> Item:
    """People who have something waiting, but no email address."""
    count = len(facts.people)
    head = ngettext(
        "%(count)s person with something to answer has no email address",
        "%(count)s people with something to answer have no email address",
        count,
    ) % {"count": count}
    body = _("The tasks are shown to whoever logs in. What is not answered goes on to the next in line.")
    return Item(head, body, links=[Link(_("See who"), f"{settings.BASE_URL}/organisation/#uden-mail")])


def _circle(facts: ManagersInCircle, notification: Notification, person: Person) -> Item:
    """Managers who hold each other's conversations."""
    names = names_text(facts.names)
    if facts.count > len(facts.names):
        words = {"names": ", ".join(facts.names), "count": facts.count - len(facts.names)}
        names = _("%(names)s and %(count)s more") % words
    head = _("%(names)s are each other's managers") % {"names": names}
    body = _(
        "So they hold each other's conversations, and a task that moves on stays among them. Correct who is the"
        " manager of one of them, where the organisation is imported from."
    )
    address = f"{settings.BASE_URL}/organisation/?{urlencode({'q': facts.names[0]})}"
    return Item(head, body, links=[Link(_("Find them in the organisation"), address)])


def stalled_item(count: int, sentence: str = "") -> Item:
    """How many steps are stalled. For HR the `sentence` about the largest group leads."""
    number = ngettext("%(count)s task has stalled", "%(count)s tasks have stalled", count) % {"count": count}
    in_all = ngettext("In all %(count)s task has stalled.", "In all %(count)s tasks have stalled.", count)
    why = _("They are more than three weeks overdue, or have nobody responsible.")
    body = in_all % {"count": count} if sentence else why
    links = [Link(_("See them together"), f"{settings.BASE_URL}{STALLED}")]
    urgency = Urgency.SOMEBODY_WAITS if sentence else Urgency.LATE
    return Item(sentence or number, body, True, links, Look.TASK, urgency=urgency)


# The texts of every kind, except those that ask for a next step: messages.ASKS has those.
NEWS: Mapping[NotificationKind, Words] = {
    **MEETING_NEWS,
    **MONEY_NEWS,
    **RULES_NEWS,
    **dict(
        (
            says(RoundBegun, _invited),
            says(FollowUpDayCame, _follow_up_day),
            says(SelfCheckOpened, _self_check),
            says(PlanToSign, _to_sign),
            says(PlanSigned, _signed),
            says(ManagerChanged, _new_manager),
            says(DeputyNamed, _deputy),
            says(DeputyEnded, _no_deputy),
            says(RoleGiven, _role_given),
            says(RoleEnded, _role_ended),
            says(RunToConfirm, _run_to_confirm),
            says(RunNotChanged, _run_not_changed),
            says(EmailRefused, _refused_mail),
            says(MailWasAway, _mail_was_away),
            says(FollowUpMissing, _no_follow_up),
            says(HelpNotNeeded, _not_needed),
            says(ConversationsNotHeld, _not_held),
            says(PeopleUnreached, _unreached),
            says(ManagersInCircle, _circle),
            says_of_agreement(WhoHelps, _who_helps),
            says_of_agreement(SeatTaken, _seat),
            says_of_agreement(SeatLost, _no_seat),
            says_of_agreement(SeatIsFree, _free_seat),
            says_of_agreement(SeatToGiveBack, _unbook),
            says_of_agreement(LapseNear, _lapse_near),
            says_of_agreement(WrittenForYou, written_for_you),
            says_of_agreement(StepMoved, _step_moved),
            says_of_agreement(StepMovedOn, _step_moved_on),
            says(StepsAskedAbout, _hr_asks),
            says(StepsWillMove, _will_move),
            says(StepsStay, _stays),
            says_of_agreement(CourseBegins, _coming),
            says_of_agreement(PartnerFound, _partner),
            says_of_agreement(HelperIsAsked, _helpers_view),
            says_of_agreement(ObservationWritten, _observation),
            says_of_agreement(EventHappened, _event_happened),
        )
    ),
}
