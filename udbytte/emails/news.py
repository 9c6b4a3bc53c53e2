"""The texts of notifications that say what happened, in the recipient's language.

They say nothing that the recipient may not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.links import AnswerLink, Ballot, SignatureLink
from udbytte.domain.lifecycle import Event
from udbytte.domain.notifications import (
    ApplicationMoved,
    ConversationsNotHeld,
    CourseBegins,
    DeputyEnded,
    DeputyNamed,
    EmailRefused,
    EventHappened,
    FollowUpDayCame,
    HelperIsAsked,
    HelpNotNeeded,
    LapseNear,
    ManagerChanged,
    NotificationKind,
    ObservationWritten,
    PeopleUnreached,
    PlanSigned,
    PlanToSign,
    RoleEnded,
    RoleFacts,
    RoleGiven,
    RoundBegun,
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
)
from udbytte.models import Agreement, ApplicationState, Notification, Person, Role
from udbytte.models.formatting import day, days
from udbytte.models.labels import HAPPENED_IN_EMAIL, STEP_LABELS
from udbytte.models.stalled_text import tasks_text

from .items import (
    Item,
    Link,
    Words,
    listed,
    open_it,
    page_of,
    says,
    says_of_agreement,
    where_and_when,
    whose,
)
from .meetings import MEETING_NEWS, NOBODY
from .rules import RULES_NEWS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


APPLICATION_HEADS: Mapping[ApplicationState, _StrPromise] = {
    ApplicationState.PLANNED: lazy("Send the application to %(source)s"),
    ApplicationState.SENT: lazy("Is there an answer from %(source)s?"),
    ApplicationState.GRANTED: lazy("%(source)s has granted the money"),
    ApplicationState.REFUSED: lazy("%(source)s said no: another way is needed"),
    ApplicationState.WITHDRAWN: lazy("The application to %(source)s is given up"),
}


def news_of(notification: Notification, person: Person) -> Item:
    """The item of a notification. Raises KeyError for a kind without texts."""
    return NEWS[notification.kind](notification, person)


def _open(agreement: Agreement) -> list[Link]:
    return [open_it(page_of(agreement))]


def _happened(event: Event) -> str:
    return str(HAPPENED_IN_EMAIL.get(event, lazy("something has changed")))


def _who_helps(facts: WhoHelps, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The manager asks who could help."""
    head = _("%(by)s asks: who could help you?") % {"by": facts.by}
    url = f"{page_of(agreement)}hjaelp/"
    return Item(head, agreement.title, links=[Link(_("Find somebody, or say that nobody is needed"), url)])


def _no_seat(facts: SeatLost, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The employee's seat is gone."""
    body = f"{agreement.title}: {_happened(facts.event)}"
    return Item(_("You are not registered any more"), body, links=_open(agreement))


def _free_seat(facts: SeatIsFree, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A seat that somebody on the waitlist could have."""
    return Item(_("A seat has become free"), whose(agreement), links=_open(agreement))


def _unbook(facts: SeatToGiveBack, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A seat that the provider still counts on."""
    body = f"{whose(agreement)}. {_happened(facts.event)}"
    return Item(_("Give the seat back to the provider"), body, links=_open(agreement))


def _step_moved(facts: StepMoved, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A late step has come to the reader along the line. HR reads neither person nor course."""
    if agreement.step_owner_id == person.pk and agreement.is_with_hr:
        head = _("A task has stalled in %(unit)s: choose who takes it on") % {"unit": facts.unit}
        return Item(head, str(STEP_LABELS.get(facts.step, "")), True, [open_it("/staar-stille/")])
    is_manager = agreement.employment.line_manager_id == person.pk
    words = {"step": STEP_LABELS.get(facts.step, ""), "who": facts.silent}
    head = _("%(step)s: it is with you now, while %(who)s is away") if facts.away else _("%(step)s: it is with you now")
    about = whose(agreement) if is_manager else agreement.public_line
    if facts.away or not facts.silent:
        return Item(head % words, about, True, _open(agreement))
    late = ngettext(
        "%(who)s had it until it was %(days)s day late", "%(who)s had it until it was %(days)s days late", facts.days
    )
    body = f"{about}. {late % {'who': facts.silent, 'days': facts.days}}"
    return Item(head % words, body, True, _open(agreement))


def _step_moved_on(facts: StepMovedOn, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The reader had a step, and it has moved to somebody else."""
    words = {"step": STEP_LABELS.get(facts.step, ""), "to": facts.to}
    return Item(_("%(step)s: it is with %(to)s now") % words, agreement.public_title)


def _lapse_near(facts: LapseNear, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The reader's own agreement lapses soon, since nobody has acted."""
    words = {"day": day(facts.day)}
    head = _("Nobody has acted, and the agreement lapses on %(day)s. What do you want?") % words
    return Item(head, agreement.title, True, [Link(_("Keep it, choose another way, or let it go"), page_of(agreement))])


def _hr_asks(facts: StepsAskedAbout, notification: Notification, person: Person) -> Item:
    """HR asks about steps that stand still with the reader."""
    words = {"by": facts.by, "tasks": tasks_text(facts.step, facts.count)}
    head = ngettext(
        "%(by)s (HR) asks about %(tasks)s that waits for you",
        "%(by)s (HR) asks about %(tasks)s that wait for you",
        facts.count,
    )
    body = _("If you cannot see to it now, say who can.")
    return Item(head % words, body, True, [Link(_("See what waits"), f"{settings.BASE_URL}/")])


def _will_move(facts: StepsWillMove, notification: Notification, person: Person) -> Item:
    """HR gives steps of the reader, or of somebody the reader manages, to somebody else."""
    words = {
        "tasks": tasks_text(facts.step, facts.count), "to": facts.to, "day": day(facts.day), "who": facts.silent,
    }  # fmt: skip
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
    return Item(head % words, body, True, [open_it(f"{settings.BASE_URL}/")])


def _stays(facts: StepsStay, notification: Notification, person: Person) -> Item:
    """HR has taken back that steps go to somebody else."""
    words = {"tasks": tasks_text(facts.step, facts.count), "to": facts.to}
    head = ngettext("%(tasks)s does not go to %(to)s after all", "%(tasks)s do not go to %(to)s after all", facts.count)
    return Item(head % words, _("HR has taken it back."))


def _coming(facts: CourseBegins, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A course begins soon: when, where and what to bring."""
    run = agreement.run
    body = listed(agreement.title, where_and_when(run), run.bring if run is not None else "")
    words = {"day": day(agreement.starts_on) if agreement.starts_on else ""}
    return Item(_("Your course begins %(day)s") % words, body, links=_open(agreement))


def _helpers_view(facts: HelperIsAsked, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A helper is asked how it goes, and answers from the email."""
    on, check_in = notification.on, facts.check_in
    link = AnswerLink.ask(Event.CHECK_IN, person=person, agreement=agreement, on=on, check_in=check_in)
    answer = [Link(_("Answer in 20 seconds"), link.url)]
    return Item(_("Does it happen? Your view, please"), whose(agreement), links=answer)


def _observation(facts: ObservationWritten, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A helper has written what they see."""
    head = _("%(who)s has written what they see") % {"who": facts.by}
    return Item(head, agreement.title, links=_open(agreement))


def _event_happened(facts: EventHappened, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """Somebody else has moved the agreement."""
    words = {"who": facts.by or NOBODY, "what": _happened(facts.event)}
    return Item(_("%(who)s: %(what)s") % words, agreement.title, links=_open(agreement))


def _seat(facts: SeatTaken, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The employee has a seat, or the course has other days: when and where it is."""
    when = ""
    if agreement.starts_on is not None and agreement.ends_on is not None:
        when = days(agreement.starts_on, agreement.ends_on)
    body = listed(agreement.title, listed(when, where_and_when(agreement.run)), by=". ")
    moved = facts.event is Event.MOVE_RUN
    return Item(_("Your course has other days now") if moved else _("You are registered"), body, links=_open(agreement))


def _application(facts: ApplicationMoved, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """An application for external funding: what is to be done about it, or what the fund answered."""
    head = APPLICATION_HEADS[ApplicationState(facts.state)] % {"source": facts.source}
    if facts.unit:  # the recipient may read no plan
        return Item(head, facts.unit, facts.days > 0)
    return Item(head, whose(agreement), facts.days > 0, [open_it(f"{page_of(agreement)}#tilskud")])


def _invited(facts: RoundBegun, notification: Notification, person: Person) -> Item:
    """A round has begun; the invitation comes from the employee's manager."""
    head = _("%(by)s invites you to a conversation") if facts.by else _("A new round of conversations has begun")
    body = facts.name
    if facts.leader:
        body = _("%(name)s. Yours is a LUS, with your own manager.") % {"name": facts.name}
    links = [Link(_("Read the ground rules and prepare"), f"{settings.BASE_URL}/")]
    return Item(head % {"by": facts.by}, body, links=links)


def _follow_up_day(facts: FollowUpDayCame, notification: Notification, person: Person) -> Item:
    """What is open on the manager's team on a follow-up day of the round."""
    head = _("Follow-up day in %(round)s") % {"round": facts.round}
    open_ = ngettext(
        "%(count)s agreement is open on your team", "%(count)s agreements are open on your team", facts.open
    ) % {"count": facts.open}
    late = _("%(count)s of them past their date") % {"count": facts.late} if facts.late else ""
    links = [Link(_("See your team"), f"{settings.BASE_URL}/hold/")]
    return Item(head, f"{listed(open_, late)}.", links=links)


def _self_check(facts: SelfCheckOpened, notification: Notification, person: Person) -> Item:
    """A self-check is open. The ballot in the link names nobody."""
    url = Ballot.of(facts.check, person.pk).url
    body = _("Eight questions, three minutes, anonymous: nobody's answers are kept, only the sums.")
    return Item(_("Does anything come of the conversations? Say what you think"), body, links=[Link(_("Answer"), url)])


def _to_sign(facts: PlanToSign, notification: Notification, person: Person) -> Item:
    """The other one has signed a plan. The recipient reads and signs it from the email."""
    link = SignatureLink(person.pk, facts.plan, facts.mark, notification.on)
    links = [
        Link(_("Read it and sign"), link.url),
        open_it(_signatures(facts.conversation)),
    ]
    return Item(_("A plan waits for your signature"), facts.by, links=links)


def _signed(facts: PlanSigned, notification: Notification, person: Person) -> Item:
    """Both have signed a plan."""
    body = facts.whose if facts.whose != person.name else ""
    links = [Link(_("See it, or fetch it as a document"), _signatures(facts.conversation))]
    return Item(_("The plan is signed by both"), body, links=links)


def _signatures(conversation: int) -> str:
    return f"{settings.BASE_URL}/samtaler/{conversation}/#sign"


def _new_manager(facts: ManagerChanged, notification: Notification, person: Person) -> Item:
    """A conversation has gone to another manager."""
    return Item(_("Somebody else holds the conversation from now on"), listed(facts.who, facts.manager, by=": "))


def _deputy(facts: DeputyNamed, notification: Notification, person: Person) -> Item:
    """The recipient is deputy for some days."""
    head = _("You settle the money in the place of %(who)s") % {"who": facts.who}
    return Item(head, days(facts.starts_on, facts.ends_on))


def _no_deputy(facts: DeputyEnded, notification: Notification, person: Person) -> Item:
    """A deputy was ended before the last day."""
    return Item(_("You no longer settle the money in the place of %(who)s") % {"who": facts.who})


def _role_given(facts: RoleGiven, notification: Notification, person: Person) -> Item:
    """A role is given to the recipient, or to somebody else when the recipient administers the roles."""
    head = _("%(who)s has a new role: %(role)s") if facts.whose else _("You have a new role: %(role)s")
    return _role(facts, head, _("Given by %(by)s."))


def _role_ended(facts: RoleEnded, notification: Notification, person: Person) -> Item:
    """A role has ended, for the same recipients."""
    other = _("%(who)s no longer has this role: %(role)s")
    head = other if facts.whose else _("You no longer have this role: %(role)s")
    return _role(facts, head, _("Ended by %(by)s."))


def _role(facts: RoleFacts, head: str, done: str) -> Item:
    where = facts.unit or _("The whole organisation")
    by = facts.by or _("whoever runs the server")
    roles = Link(_("See the roles"), f"{settings.BASE_URL}/organisation/#roller")
    link = roles if facts.whose else Link(_("Open Udbytte"), f"{settings.BASE_URL}/")
    words = {"who": facts.whose, "role": Role(facts.role).label}
    return Item(head % words, f"{where}. {done % {'by': by}}", links=[link])


def _refused_mail(facts: EmailRefused, notification: Notification, person: Person) -> Item:
    """An email came back."""
    return Item(_("An address refuses mail"), listed(facts.name, facts.subject, by=": "))


def _not_needed(facts: HelpNotNeeded, notification: Notification, person: Person) -> Item:
    """A helper is not asked any more. They may no longer read the agreement, so only its title is named."""
    return Item(_("Your help is not asked for any more"), facts.title)


def _not_held(facts: ConversationsNotHeld, notification: Notification, person: Person) -> Item:
    """A round is closed, and the manager has not held some of its conversations."""
    head = ngettext(
        "%(name)s is closed, and %(count)s conversation was not held",
        "%(name)s is closed, and %(count)s conversations were not held",
        facts.count,
    ) % {"name": facts.name, "count": facts.count}
    body = _("Say on which day it was after all, or why it was not held. It takes a minute.")
    return Item(head, body, links=[Link(_("Answer"), f"{settings.BASE_URL}/hold/fra-sidste-runde/")])


def _unreached(facts: PeopleUnreached, notification: Notification, person: Person) -> Item:
    """People who have something waiting, but no email address."""
    count = len(facts.people)
    head = ngettext(
        "%(count)s person has something waiting and no e-mail",
        "%(count)s people have something waiting and no e-mail",
        count,
    ) % {"count": count}
    body = _("They get no letters. Their pages show the same, and their steps go on to the next in line.")
    return Item(head, body, links=[Link(_("See who"), f"{settings.BASE_URL}/organisation/#uden-mail")])


def stalled_item(count: int, sentence: str = "") -> Item:
    """How many steps are stalled. For HR the `sentence` about the largest group leads."""
    number = ngettext("%(count)s task has stalled", "%(count)s tasks have stalled", count) % {"count": count}
    body = number if sentence else _("Nothing has happened for three weeks after the date, or nobody is responsible.")
    link = Link(_("See them together"), f"{settings.BASE_URL}/staar-stille/")
    return Item(sentence or number, body, True, [link])


def come_to_hr_item(count: int) -> Item:
    """Several steps have come to HR on the same day."""
    head = ngettext("%(count)s task has come to you", "%(count)s tasks have come to you", count) % {"count": count}
    link = Link(_("See them together"), f"{settings.BASE_URL}/staar-stille/")
    return Item(head, _("Nobody in line has acted for six weeks. Choose who takes them on."), True, [link])


# The texts of every kind, except those that ask for a next step: messages.ASKS has those.
NEWS: Mapping[NotificationKind, Words] = {
    **MEETING_NEWS,
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
            says(EmailRefused, _refused_mail),
            says(HelpNotNeeded, _not_needed),
            says(ConversationsNotHeld, _not_held),
            says(PeopleUnreached, _unreached),
            says_of_agreement(WhoHelps, _who_helps),
            says_of_agreement(SeatTaken, _seat),
            says_of_agreement(SeatLost, _no_seat),
            says_of_agreement(SeatIsFree, _free_seat),
            says_of_agreement(SeatToGiveBack, _unbook),
            says_of_agreement(ApplicationMoved, _application),
            says_of_agreement(LapseNear, _lapse_near),
            says_of_agreement(StepMoved, _step_moved),
            says_of_agreement(StepMovedOn, _step_moved_on),
            says(StepsAskedAbout, _hr_asks),
            says(StepsWillMove, _will_move),
            says(StepsStay, _stays),
            says_of_agreement(CourseBegins, _coming),
            says_of_agreement(HelperIsAsked, _helpers_view),
            says_of_agreement(ObservationWritten, _observation),
            says_of_agreement(EventHappened, _event_happened),
        )
    ),
}
