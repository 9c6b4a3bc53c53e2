"""Where the next step lies, why, since when, and what happens when if nobody acts; in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.agreements import VisibleParts
from udbytte.domain.lifecycle import CLOSED, Event, Kind, Stage
from udbytte.domain.lifecycle.line import REOPENED_WITHIN
from udbytte.domain.notifications import LapseNear
from udbytte.emails.events import SETBACKS, sentence_of
from udbytte.models import Agreement, Person
from udbytte.models.formatting import day, kroner
from udbytte.models.labels import KIND_LABELS
from udbytte.queries.people.missing import missing_since
from udbytte.services.agreements.outlook import Outlook, lapse_asked, outlook_of

from .facts import Fact

# Events after which the step is the same, so that what was lost before them still counts.
SAME_STEP = (Event.MOVE_ON, Event.HAND_OVER, Event.POSTPONE, Event.PRICE)


@dataclass(frozen=True, slots=True)
class WhereItLies:
    """Sentences about a late step; those that do not apply are empty."""

    lies: str = ""  # with whom, and why
    since: str = ""
    given: str = ""  # HR has announced who gets it
    setback: str = ""  # what was lost, so that the step is to be taken again
    ahead: str = ""  # what happens if nobody acts

    @property
    def sentences(self) -> list[str]:
        lies = f"{self.lies.removesuffix('.')} ({self.since})." if self.lies else ""
        return [part for part in (lies, self.given, self.setback, self.ahead) if part]


def where_it_lies(agreement: Agreement, reader: int, on: date, *, is_asked: bool = False) -> WhereItLies | None:
    """Where a step that is late, has moved or is to be taken again lies now, as the person `reader` reads it.

    None for any other.

    `is_asked`: the page asks about the lapse, and so says what comes.
    """
    late = agreement.step_due is not None and agreement.step_due < on
    has_moved = agreement.line_level > 0 and not agreement.proposed_by
    setback = setback_text(agreement, reader, on)
    if not agreement.is_open or agreement.step_owner is None or not (late or has_moved or setback):
        return None
    if not (late or has_moved):
        return WhereItLies("", "", setback=setback)
    lies, since = _lies(agreement, reader, on) if has_moved else ("", "")
    outlook = outlook_of(agreement, on=on)
    routing = agreement.routings.filter(applied_on=None, ended_on=None).select_related("to").first()
    given = ""
    if routing is not None:
        words = {"name": routing.to.name, "day": day(routing.holds_on, on)}
        given = _("HR gives it to %(name)s on %(day)s, if it has not been answered before.") % words
    ahead = "" if outlook is None or routing is not None or is_asked else ahead_text(outlook, on)
    return WhereItLies(lies, since, given, setback, ahead)


def _lies(agreement: Agreement, reader: int, on: date) -> tuple[str, str]:
    events = (Event.MOVE_ON, Event.HAND_OVER)
    entry = agreement.log.filter(event__in=events).order_by("-number").first()
    if entry is None or agreement.step_owner is None:
        return "", ""
    since = _("since %(day)s") % {"day": day(entry.on, on)}
    is_own = agreement.step_owner_id == reader and not agreement.is_with_hr
    words = {"name": _("HR") if agreement.is_with_hr else agreement.step_owner.name}
    if entry.event == Event.HAND_OVER:
        if is_own:
            return _("It lies with you now, as HR has chosen you."), since
        return _("It lies with %(name)s now, whom HR has chosen.") % words, since
    away = Person.objects.filter(pk=entry.facts.get("away") or 0).first()
    if away is not None:
        words["away"] = away.name
        if is_own:
            return _("It lies with you now, while %(away)s is away.") % words, since
        return _("It lies with %(name)s now, while %(away)s is away.") % words, since
    days = int(entry.facts.get("days") or 0)
    if not days:
        if is_own:
            return _("It lies with you now, since sign-up closes soon."), since
        return _("It lies with %(name)s now, since sign-up closes soon.") % words, since
    if is_own:
        text = ngettext(
            "It lies with you now, since nothing had happened for %(days)s day.",
            "It lies with you now, since nothing had happened for %(days)s days.",
            days,
        )
    else:
        text = ngettext(
            "It lies with %(name)s now, since nothing had happened for %(days)s day.",
            "It lies with %(name)s now, since nothing had happened for %(days)s days.",
            days,
        )
    return text % (words | {"days": days}), since


def setback_text(agreement: Agreement, reader: int, on: date) -> str:
    """What was lost, so that the step is to be taken again; empty where nothing was.

    What a budget owner refused has a card of its own (`refusal.html`).
    """
    entry = agreement.log.exclude(event__in=SAME_STEP).select_related("by").order_by("-number").first()
    if entry is None or Event(entry.event) not in SETBACKS:
        return ""
    if entry.event == Event.REFUSE and entry.from_stage == Stage.NOMINATED:
        return ""
    by = entry.by.name if entry.by is not None and entry.by_id != reader else ""
    return f"{sentence_of(Event(entry.event), by)} ({day(entry.on, on)})."


def missing_text(agreement: Agreement, on: date) -> str:
    """That the employee is missing from the organisation's file; empty for anybody else."""
    since = missing_since([agreement.employee_id], on).get(agreement.employee_id)
    if since is None or not agreement.is_open:
        return ""
    words = {"name": agreement.employee.name, "day": day(since, on)}
    return _("%(name)s is missing from the organisation's file since %(day)s. Their own tasks rest.") % words


def ahead_text(outlook: Outlook, on: date) -> str:
    """What happens if nobody acts, with its day."""
    words = {"day": day(outlook.day, on), "name": outlook.to.name if outlook.to is not None else ""}
    if outlook.to_hr:
        return _("If nothing happens, it goes on to HR on %(day)s, who finds somebody for it.") % words
    if outlook.to is not None:
        return _("If nothing happens, it goes on to %(name)s on %(day)s.") % words
    match outlook.ends:
        case Event.LAPSE:
            text = _("If nothing happens, the agreement lapses on %(day)s. The employee is asked a week before.")
        case Event.MISS_DEADLINE:
            text = _(
                "If nothing happens before %(day)s, it is too late for this course date, and another one is needed."
            )
        case Event.WENT_UNKNOWN:
            text = _("If nobody answers, it stays unknown from %(day)s, and the next question is what was learned.")
        case Event.USE_UNANSWERED:
            text = _("If nobody answers, it counts as not answered on %(day)s, and the outcome is next.")
        case Event.NOT_TOLD:
            text = _("If nothing is written, it is closed on %(day)s as not reported.")
        case Event.TALK_MISSING:
            text = _("If it is not talked about, it is closed on %(day)s without a talk.")
        case Event.HELPER_SILENT:
            text = _("Without an answer by %(day)s somebody else must be found.")
        case Event.PROPOSAL_FALLS:
            text = _("Without an answer the proposal falls on %(day)s, and the agreement goes on.")
        case _:
            text = _("If nobody answers, it counts as not answered on %(day)s.")
    return text % words


# --- Somebody up the line


def public_heading(agreement: Agreement) -> str:
    """What somebody up the line reads as the title: the course or way; of what is stuck only the kind."""
    if agreement.step == "talk_stuck":
        return str(KIND_LABELS[Kind(agreement.kind)]).capitalize()
    return agreement.public_title


def public_whose(agreement: Agreement) -> str:
    """Whose it is, for somebody up the line; of what is stuck only whose employee it is."""
    if agreement.step == "talk_stuck":
        manager = agreement.employment.line_manager
        return f"{manager.name}, {agreement.unit}" if manager is not None else str(agreement.unit)
    return f"{agreement.employee.name}, {agreement.unit}"


def public_facts(agreement: Agreement, on: date) -> list[Fact]:
    """What somebody up the line needs to answer: how late it is, and the price and deadline where money is decided."""
    late = max((on - agreement.step_due).days, 0) if agreement.step_due is not None else 0
    facts = [Fact(_("Overdue"), ngettext("%(days)s day", "%(days)s days", late) % {"days": late})]
    if agreement.step in ("settle_money", "decide"):
        facts.append(Fact(_("Price"), kroner(agreement.estimated_price)))
        deadline = agreement.run.signup_deadline if agreement.run is not None else None
        facts.append(Fact(_("Sign-up deadline"), day(deadline, on) if deadline is not None else ""))
    return [fact for fact in facts if fact.text]


# --- Before it lapses, and after


@dataclass(frozen=True, slots=True)
class LapseQuestion:
    """The question before an agreement lapses: keep it, another way, or let it go."""

    day: str
    is_kept_once: bool  # it can be kept once in each stage


def lapse_question(agreement: Agreement, sees: VisibleParts, on: date) -> LapseQuestion | None:
    """The question, for the two, from the day on which the employee is asked; else None."""
    asked = lapse_asked(agreement) if sees.whole else None
    if asked is None or not isinstance(asked.typed_facts, LapseNear):
        return None
    kept = False
    for event, before, after in agreement.log.order_by("-number").values_list("event", "from_stage", "to_stage"):
        kept = kept or event == Event.KEEP_OPEN
        if before != after:
            break
    return LapseQuestion(day(asked.typed_facts.day, on), kept)


@dataclass(frozen=True, slots=True)
class HowItEnded:
    """An agreement that nobody decided about: what that means, and until when it can be opened again."""

    text: str
    reopens_until: str = ""


def how_it_ended(agreement: Agreement, on: date) -> HowItEnded | None:
    """What a lapsed or not reported agreement says of itself; None for any other."""
    if agreement.stage not in CLOSED or agreement.closed_on is None:
        return None
    if agreement.stage == Stage.LAPSED:
        text = _("Lapsed: nobody acted. The agreement still holds. Talk about it with your manager.")
        left = REOPENED_WITHIN - (on - agreement.closed_on).days
        return HowItEnded(text, day(date.fromordinal(on.toordinal() + left), on) if left >= 0 else "")
    if agreement.stage == Stage.NOT_REPORTED:
        return HowItEnded(
            _("Outcome not reported in time. If you have learned from it, talk about it with your manager.")
        )
    return None
