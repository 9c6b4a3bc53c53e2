"""The script of the demo's cast, which gives each of them something to do on the last day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Employment, FundingSource
from udbytte.queries.money.budgets import budget_for
from udbytte.services.agreements.take_step import take_step
from udbytte.services.courses.runs import cancel_run, move_run
from udbytte.services.meetings.group_goals import add_group_goal
from udbytte.services.meetings.groups import create_group, plan_group, save_group_notes
from udbytte.services.meetings.slots import offer_times, record_absence
from udbytte.services.meetings.times import decline_conversation, plan_conversation
from udbytte.services.money.funding import plan_application

from . import texts
from .behaviour import Life
from .cast import Cast, Script, ScriptWriter, conversation_of, raise_budget

ENOUGH = 40_000  # kroner that can be granted on the last day, so that each nomination that waits can be granted


def write_script(cast: Cast, life: Life, *, last: date) -> Script:
    """Write the script: what the cast does on which day."""
    writer = ScriptWriter(cast, life, last)
    mette, karim, first, second, third = cast.employments
    script_last_year(writer, mette)
    script_unanswered(writer, second)
    script_this_year(writer, mette, karim)
    script_colleagues(writer, first, second)
    script_other_stages(writer, first, second)
    script_practice(writer, mette, first, second)
    script_providers(writer, first, second)
    script_money(writer, mette, second)
    for employment in (third, karim, *cast.others):
        writer.wait(128, employment)
    script_meetings(writer)

    def plan_meeting(on: date) -> None:
        conversation = conversation_of(third, on)
        when = datetime.combine(writer.working_day(-4), time(10))
        manager = cast["manager"]
        plan_conversation(conversation, planned_at=timezone.make_aware(when), place="Lars' kontor", by=manager, on=on)

    def give_enough_money(on: date) -> None:
        asked = Agreement.objects.filter(step="decide", step_owner=cast["budget-owner"])
        wanted: dict[int, int] = {}
        for agreement in asked.select_related("unit", "round"):
            budget = budget_for(agreement.unit, agreement.round)
            if not agreement.round.is_open:  # last year's budget cannot be raised
                take_step(agreement, Event.REFUSE, by=cast["budget-owner"], on=on, reason=texts.REFUSALS[0][0])
            elif budget is not None:
                wanted[budget.pk] = wanted.get(budget.pk, 0) + (agreement.estimated_price or 0)
                raise_budget(agreement.unit, agreement.round, wanted[budget.pk], on=on)
        raise_budget(third.unit, conversation_of(third, on).round, ENOUGH, on=on)

    writer.on(5, plan_meeting)
    writer.on(0, give_enough_money)
    return writer.script()


def script_meetings(writer: ScriptWriter) -> None:
    """Lars offers times to people who have none. One is absent, one declines, and two have a group conversation."""
    manager, others = writer.cast["manager"], writer.cast.others

    def become_absent(on: date) -> None:
        record_absence(others[0], returns_on=writer.working_day(-70), by=manager, on=on)

    def decline(on: date) -> None:
        decline_conversation(conversation_of(others[1], on), texts.DECLINED, by=others[1].person, on=on)

    def offer(on: date) -> None:
        days = [writer.working_day(-ahead) for ahead in (7, 8)]
        starts = [timezone.make_aware(datetime.combine(day, time(hour))) for day in days for hour in (9, 11, 14)]
        round_ = conversation_of(writer.cast.employments[1], on).round
        offer_times(round_, starts, minutes=60, place="Lars' kontor", by=manager, on=on)

    def meet_as_group(on: date) -> None:
        conversations = [conversation_of(employment, on) for employment in others[2:]]
        group = create_group(conversations[0].round, conversations, title=texts.GROUP, by=manager, on=on)
        at = timezone.make_aware(datetime.combine(writer.working_day(-6), time(13)))
        plan_group(group, planned_at=at, minutes=120, place="Personalestuen", by=manager, on=on)
        text, sign = texts.GROUP_GOAL
        add_group_goal(group, text=text, sign=sign, by=manager, on=on)
        save_group_notes(group, texts.GROUP_NOTES, by=others[2].person, on=on, at=at, seen="")

    if len(others) > 1:
        writer.on(20, become_absent)
        writer.on(12, decline)
    if len(others) > 3:
        writer.on(9, meet_as_group)
    writer.on(4, offer)


def script_last_year(writer: ScriptWriter, mette: Employment) -> None:
    """Last year: one course with an outcome, and one whose outcome is not reported yet."""
    title, late = "Børns sprog mellem to og seks", "Svære samtaler med pårørende"
    writer.wait(440, mette)
    writer.hold(400, mette, "Få sproget mere med i legen", "Vi ser det i børnenes sprogvurdering til foråret")
    writer.agree(400, mette, Kind.COURSE, title, 300, 280, if_then=texts.IF_THEN["singing"], first_use="Sanglegen")
    writer.agree(400, mette, Kind.COURSE, late, 90, 40, if_then=texts.IF_THEN["relatives"])
    writer.sign(399, mette)
    writer.step(395, mette, title, Event.CHOOSE_RUN, "coordinator", run=writer.run(title, 300, 5, "Vejle"))
    writer.step(392, mette, title, Event.FUND, "manager", price=1040)
    writer.step(390, mette, title, Event.REGISTER, "coordinator")
    writer.step(293, mette, title, Event.GO, "employee", went="yes", actual_price=1040)
    writer.step(280, mette, title, Event.USE, "employee")
    learned = "Jeg gentager børnenes ord og lægger et til. Tre af dem taler nu med i samlingen hver dag."
    writer.step(230, mette, title, Event.REPORT_OUTCOME, "employee", learned=learned, newness="much", in_use="daily")
    writer.step(222, mette, title, Event.TALK, "manager")
    writer.step(394, mette, late, Event.CHOOSE_RUN, "coordinator", run=writer.run(late, 74, 1, "Odense"))
    writer.step(391, mette, late, Event.FUND, "manager", price=2900)
    writer.step(389, mette, late, Event.REGISTER, "coordinator")
    writer.step(72, mette, late, Event.GO, "employee", went="yes", actual_price=2900)
    writer.step(58, mette, late, Event.USE, "employee")


def script_unanswered(writer: ScriptWriter, colleague: Employment) -> None:
    """A course of last year that is over, and nobody has said whether the colleague went."""
    aid = "Førstehjælp med hjertestarter"
    writer.wait(440, colleague)
    writer.hold(398, colleague, "Være tryg på ture ud af huset", "Jeg tager selv initiativ til næste tur")
    writer.agree(398, colleague, Kind.COURSE, aid, 130, 90, first_use="Turen til skoven")
    writer.sign(397, colleague)
    writer.step(394, colleague, aid, Event.CHOOSE_RUN, "coordinator", run=writer.run(aid, 100, 1, "Odense"))
    writer.step(391, colleague, aid, Event.FUND, "manager", price=1450)
    writer.step(389, colleague, aid, Event.REGISTER, "coordinator")


def script_this_year(writer: ScriptWriter, mette: Employment, karim: Employment) -> None:
    """This year: Mette's agreements are at several stages, and in one she asks Karim to help."""
    calm, reading = "Konflikthåndtering i hverdagen", "Sprog og læseudvikling"
    meeting, mentor = "Stå for forældremøderne i efteråret", "Mentor i samarbejdet med pårørende"
    writer.wait(128, mette)
    goal = "Blive den, der kan samle forældre og personale om et barn"
    writer.hold(75, mette, goal, "Forældrene ringer til mig først, og vi når frem til en plan sammen")
    writer.agree(75, mette, Kind.COURSE, calm, -12, -14, if_then=texts.IF_THEN["calm"])
    writer.agree(75, mette, Kind.COURSE, reading, -70, -150, first_use="Læser med de ældste tirsdag og torsdag")
    writer.agree(75, mette, Kind.PRACTICE, meeting, 44, -60, method="new_tasks", if_then=texts.IF_THEN["parents"])
    purpose = "Jeg vil gerne følges med en, der er tryg i de svære samtaler"
    writer.agree(
        75, mette, Kind.PRACTICE, mentor, -14, -120, method="mentor", purpose=purpose, if_then=texts.IF_THEN["mentor"]
    )
    writer.sign(74, mette)
    writer.step(70, mette, calm, Event.CHOOSE_RUN, "coordinator", run=writer.run(calm, -12, 3, "Odense"))
    writer.step(66, mette, calm, Event.FUND, "manager", price=624)
    writer.step(63, mette, calm, Event.REGISTER, "coordinator", reference="AF-20417")
    writer.step(3, mette, reading, Event.CHOOSE_RUN, "coordinator", run=writer.run(reading, -70, 84, "Vejle"))
    other = writer.cast.colleagues[0]
    writer.step(72, mette, meeting, Event.ASK, "employee", helper=other, role="colleague")
    writer.step(69, mette, meeting, Event.ACCEPT, other)
    writer.step(43, mette, meeting, Event.START, "employee")
    writer.step(4, mette, mentor, Event.ASK, "employee", helper=karim.person, role="mentor")


def script_colleagues(writer: ScriptWriter, first: Employment, second: Employment) -> None:
    """Two colleagues: one waits to be registered for a course, and the diploma of the other waits for the money."""
    book, diploma = "Praktikvejleder for elever", "Inkluderende læringsmiljøer"
    for employment in (first, second):
        writer.wait(128, employment)
    writer.hold(30, first, "Kunne tage imod nye elever", "Eleven ved, hvem der hjælper, fra første dag")
    writer.agree(30, first, Kind.COURSE, book, -40, -60, if_then=texts.IF_THEN["student"])
    writer.sign(7, first)
    writer.step(24, first, book, Event.CHOOSE_RUN, "coordinator", run=writer.run(book, -45, 3, "Aarhus"))
    writer.step(4, first, book, Event.FUND, "manager", price=624)
    writer.hold(28, second, "Få flere børn med i fællesskabet", "Færre børn står alene på legepladsen")
    writer.agree(28, second, Kind.COURSE, diploma, -60, -150, first_use="En lille legegruppe hver formiddag")
    writer.sign(27, second)
    writer.step(20, second, diploma, Event.CHOOSE_RUN, "coordinator", run=writer.run(diploma, -60, 84, "Vejle"))
    name = second.person.short_name
    reason = f"Vi har to børn, der har brug for det nu, og {name} lærer det videre til resten af huset."
    writer.step(6, second, diploma, Event.NOMINATE, "manager", reason=reason, price=12900)


def script_other_stages(writer: ScriptWriter, first: Employment, second: Employment) -> None:
    """Stages that chance does not always give: replaced, on the waiting list, just attended, with an outcome."""
    aid, hard, plan = "Førstehjælp med hjertestarter", "Svære samtaler med pårørende", "Lær vagtplanen af en kollega"
    follow, interview, find = "Følg en kollega i vuggestuen", "Motiverende samtale", "Lav arousal i hverdagen"
    writer.agree(30, first, Kind.COURSE, aid, -40, -60, if_then=texts.IF_THEN["first_aid"])
    writer.step(23, first, aid, Event.CHOOSE_RUN, "coordinator", run=writer.run(aid, -50, 1, "Odense"))
    writer.step(20, first, aid, Event.FUND, "manager", price=1450)
    writer.step(5, first, aid, Event.WAITLIST, "coordinator")
    writer.agree(30, first, Kind.PRACTICE, plan, 26, 8, method="side_by_side", if_then=texts.IF_THEN["rota"])
    writer.step(27, first, plan, Event.ASK, first.person, helper=second.person, role="side_by_side")
    writer.step(26, first, plan, Event.ACCEPT, second.person)
    writer.step(25, first, plan, Event.START, first.person)
    writer.step(8, first, plan, Event.FINISH, first.person)
    learned = "Jeg lægger selv vagtplanen nu og spørger kun om ferierne."
    writer.step(4, first, plan, Event.REPORT_OUTCOME, first.person, learned=learned, newness="much", in_use="daily")
    writer.agree(30, first, Kind.COURSE, interview, -60, -90, if_then=texts.IF_THEN["interview"])
    other_way = {"title": find, "kind": Kind.COURSE}
    dates = {"planned_from": writer.calendar_day(-90), "planned_to": writer.calendar_day(-140)}
    writer.step(9, first, interview, Event.PROPOSE_REPLACE, "manager", **other_way, **dates)
    writer.step(8, first, interview, Event.REPLACE, first.person)
    writer.agree(28, second, Kind.COURSE, hard, 14, 4, if_then=texts.IF_THEN["hard_talk"])
    writer.step(26, second, hard, Event.CHOOSE_RUN, "coordinator", run=writer.run(hard, 9, 1, "Vejle", closes=14))
    writer.step(25, second, hard, Event.FUND, "manager", price=2900)
    writer.step(24, second, hard, Event.REGISTER, "coordinator")
    writer.step(7, second, hard, Event.GO, second.person, went="yes", actual_price=2900)
    talk = "Kollegial supervision om de svære samtaler"
    writer.agree(28, second, Kind.PRACTICE, talk, -20, -80, method="peer_supervision", if_then=texts.IF_THEN["peers"])
    others = [writer.cast.colleagues[2]]
    writer.step(22, second, talk, Event.ASK, second.person, helper=first.person, others=others, role="buddy")
    writer.step(18, second, talk, Event.ACCEPT, first.person, wants="Spørge mere, før jeg giver råd")
    writer.agree(28, second, Kind.PRACTICE, follow, 20, 6, method="shadowing", if_then=texts.IF_THEN["nursery"])
    writer.step(26, second, follow, Event.NEED_NOBODY, second.person, reason="Vi har aftalt det med vuggestuen.")
    writer.step(20, second, follow, Event.START, second.person)
    writer.step(5, second, follow, Event.FINISH, second.person)


def script_practice(writer: ScriptWriter, mette: Employment, first: Employment, second: Employment) -> None:
    """A learning partnership that goes well, and a practice that is stuck and waits for a talk with the manager."""
    notes, sitting = "Læringsmakker om at skrive dagen ned", "Sid hos visitationen en formiddag om ugen"
    wants = "Få skrevet det vigtigste ned samme dag"
    writer.agree(75, mette, Kind.PRACTICE, notes, 60, -40, method="partnership", if_then=texts.IF_THEN["notes"])
    writer.step(29, mette, notes, Event.ASK, "employee", helper=first.person, role="buddy")
    writer.step(28, mette, notes, Event.ACCEPT, first.person, wants=wants)
    writer.step(26, mette, notes, Event.START, "employee")
    writer.step(25, first, wants, Event.START, first.person)
    writer.step(
        2, mette, notes, Event.CHECK_IN, "employee", happens=True, learns=True, line="Ti minutter hver uge er nok."
    )
    writer.agree(28, second, Kind.PRACTICE, sitting, 27, -60, method="placement", check_in_weeks=2, decided_by="Lars")
    writer.step(27, second, sitting, Event.ASK, second.person, helper=first.person, role="colleague")
    writer.step(26, second, sitting, Event.ACCEPT, first.person)
    writer.step(25, second, sitting, Event.START, second.person)
    for ago, line in ((12, texts.STUCK_LINES[0][0]), (3, texts.STUCK_LINES[1][0])):
        writer.step(ago, second, sitting, Event.CHECK_IN, second.person, happens=False, learns=False, line=line)


def script_providers(writer: ScriptWriter, first: Employment, second: Employment) -> None:
    """A run that is cancelled, a run that is moved, and a course that two colleagues need."""
    emails, sheets, brain = (
        "Skriv, så borgeren forstår det",
        "Regneark: fra lister til overblik",
        "Neuropædagogik",
    )
    for employment, title, price in ((first, emails, 4800), (second, sheets, 3600)):
        writer.agree(27, employment, Kind.COURSE, title, -30, -45, if_then=texts.IF_THEN["first_day"])
        writer.step(25, employment, title, Event.CHOOSE_RUN, "coordinator", run=writer.run(title, -38, 2, "Vejle"))
        writer.step(24, employment, title, Event.FUND, "manager", price=price)
        writer.step(22, employment, title, Event.REGISTER, "coordinator")

    def cancel(on: date) -> None:
        run = writer.agreement(first, emails).run
        if run is not None:
            cancel_run(run, by=writer.cast["coordinator"], on=on, why="Udbyderen havde for få tilmeldte.")

    def move(on: date) -> None:
        run = writer.agreement(second, sheets).run
        if run is not None:
            starts, ends = (day + timedelta(days=21) for day in (run.starts_on, run.ends_on))
            move_run(run, by=writer.cast["coordinator"], on=on, starts_on=starts, ends_on=ends)

    writer.on(2, cancel)
    writer.on(3, move)
    for employment in (first, second):
        writer.agree(
            9, employment, Kind.COURSE, brain, -80, -150, first_use="Ser på to situationer sammen med en kollega"
        )


def script_money(writer: ScriptWriter, mette: Employment, second: Employment) -> None:
    """A master that the budget owner refuses, and an application to a fund for Mette's diploma."""
    master, diploma = "Forandring og læring i organisationer", "Sprog og læseudvikling"
    writer.agree(28, second, Kind.COURSE, master, -70, -160, if_then=texts.IF_THEN["new_goals"])
    writer.step(26, second, master, Event.CHOOSE_RUN, "coordinator", run=writer.run(master, -75, 98, "Odense"))
    reason = f"{second.person.short_name} bliver den, der holder sammen på forandringerne hos os."
    writer.step(20, second, master, Event.NOMINATE, "manager", reason=reason, price=26500)
    answer = "Det er halvdelen af husets budget. Find noget kortere, eller søg tilskud."
    writer.step(4, second, master, Event.REFUSE, "budget-owner", reason=answer)

    def apply(on: date) -> None:
        fund = FundingSource.objects.get(key="transition")
        plan_application(writer.agreement(mette, diploma), fund, by=mette.person, on=on)

    writer.on(2, apply)
