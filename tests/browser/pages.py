"""Who looks at which page."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.browser.several_stages import draft, joint_need, kickoff, self_checks
from tests.cast import TODAY, Cast
from udbytte.access.links import (
    AnswerLink,
    Ballot,
    HandoutLink,
    MeetingLink,
    MeetingQuestion,
    PartnerLink,
    SignatureLink,
    WrittenLink,
)
from udbytte.domain.lifecycle import Event
from udbytte.models import (
    Agreement,
    Conversation,
    Course,
    FundingSource,
    GroupConversation,
    Handout,
    ImportRun,
    Person,
    PracticeMethod,
    WrittenAnswer,
)
from udbytte.queries.conversations.texts import mark_of_plan
from udbytte.services.conversations.plan import add_goal


def person_called(cast: Cast, who: str) -> Person | None:
    """One of the cast, or of their colleagues by first name; nobody."""
    if not who:
        return None
    return getattr(cast, who, None) or Person.objects.get(given_name=who)


def partner_link(cast: Cast) -> str:
    """What the heads-up before Mette's course links to."""
    seat = cast.plan.agreements.get(title="Sammen af sted")
    return PartnerLink(cast.mette.pk, seat.pk, TODAY).path


def handout_link(cast: Cast) -> str:
    """Where somebody who has left writes the code for everything about them."""
    now = timezone.now()
    facts = {"to": "jonas@example.test", "code": "-", "made_at": now, "expires_at": now + timedelta(days=7)}
    handout, _made = Handout.objects.get_or_create(person=cast.jonas, defaults=facts)
    return HandoutLink(cast.jonas.pk, handout.pk, TODAY).path


def meeting_link(cast: Cast, name: str, question: MeetingQuestion, chosen: str = "") -> str:
    """What a letter about a conversation's time links to."""
    talk = Conversation.objects.get(round=cast.round, employment__person__given_name=name)
    person = talk.employment.person if question is MeetingQuestion.TIME else cast.lars
    return MeetingLink(question, person.pk, talk.pk, talk.planned_turn, TODAY, chosen).path


def meetings_of(cast: Cast) -> list[tuple[str, str]]:
    """Who looks at which page to find a time."""
    here = Conversation.objects.filter(round=cast.round)
    talks = dict(here.values_list("employment__person__given_name", "pk"))
    return [
        ("lars", "/medarbejdere/samtaler/"),
        ("lars", "/medarbejdere/samtaler/tider/"),
        ("karim", f"/samtaler/{talks['Karim']}/tid/"),
        ("Asta", f"/samtaler/{talks['Asta']}/"),  # she has not gone on from the notice
        *(("lars", f"/samtaler/{talks[name]}/tid/") for name in ("Mette", "Asta", "Bo", "Carla", "Dan", "Eva")),
        ("lars", f"/samtaler/{talks['Bo']}/"),
        ("lars", f"/grupper/{GroupConversation.objects.get().pk}/"),
        ("Fie", f"/grupper/{GroupConversation.objects.get().pk}/"),
        ("Gry", f"/samtaler/{talks['Gry']}/tid/"),
        ("Hans", f"/samtaler/{talks['Hans']}/tid/"),
        ("lars", "/medarbejdere/samtaler/gruppe/"),
        ("", meeting_link(cast, "Karim", MeetingQuestion.TIME)),
        ("", meeting_link(cast, "Asta", MeetingQuestion.TIME, "no")),
        ("", meeting_link(cast, "Bo", MeetingQuestion.TALKED, "held")),
    ]


def written_link(cast: Cast) -> str:
    """What the email about an answer that Lars has written down links to."""
    return WrittenLink(cast.mette.pk, WrittenAnswer.objects.get().pk, TODAY).path


def answer_link(cast: Cast) -> str:
    """What a letter to Karim links to."""
    asked = cast.plan.agreements.filter(step="answer").get()
    return AnswerLink.ask(Event.DECLINE, person=cast.karim, agreement=asked, on=TODAY).path


def page_with_open_form(cast: Cast) -> str:
    """Where an old email's link to a refusal leads the budget owner."""
    asked = cast.plan.agreements.filter(step="decide").get()
    return f"/aftaler/{asked.pk}/?event=refuse"


def pages_of(cast: Cast) -> list[tuple[str, str]]:
    """Who looks at which page."""
    one = cast.plan.agreements.filter(step="settle_money").get().pk
    course = Course.objects.get().pk
    goal = add_goal(cast.plan, text="Blive tryg i svære samtaler", sign="Jeg tager dem selv", by=cast.mette, on=TODAY)
    methods = PracticeMethod.objects.filter(key__in=("mentor", "new_tasks")).values_list("pk", flat=True)
    return [
        ("mette", "/"),
        ("mette", "/plan/"),
        ("mette", f"/aftaler/{cast.plan.agreements.filter(step='find_helper').get().pk}/"),
        ("mette", f"/samtaler/{cast.conversation.pk}/"),
        ("mette", f"/samtaler/{cast.conversation.pk}/gennemse/"),
        ("lars", f"/maader/{methods[0]}/tag/"),
        ("mette", f"/maal/{goal.pk}/maader/"),
        *(
            ("mette", f"/samtaler/{cast.conversation.pk}/ny-aftale/?method={method}&goal={goal.pk}")
            for method in methods
        ),
        ("mette", f"/aftaler/{one}/brug/"),
        ("mette", f"/aftaler/{cast.plan.agreements.get(title='Sammen af sted').pk}/"),
        ("mette", f"/opfoelgning/{cast.employment.pk}/"),
        ("lars", f"/opfoelgning/{cast.employment.pk}/"),
        ("", partner_link(cast)),
        ("mette", "/indstillinger/"),
        ("mette", "/mine-oplysninger/"),
        ("mette", "/persondata/"),
        ("hanne", "/organisation/persondata/"),
        ("", handout_link(cast)),
        ("mette", "/maader/"),
        ("mette", "/maader/?wish=hour_a_week&wish=where_i_sit"),
        ("mette", f"/maader/{methods[0]}/"),
        ("mette", "/maader/print/"),
        ("hanne", "/maader/orden/"),
        ("hanne", "/maader/ny/"),
        ("hanne", f"/maader/{methods[1]}/ret/"),
        ("mette", "/kurser/"),
        ("mette", "/kurser/?q=konflikthåndtreing&kind=private&price_to=9000"),
        ("mette", "/kurser/?where=maanen&begins_from=snart"),
        ("mette", f"/kurser/{course}/"),
        ("mette", f"/kurser/sammenlign/?c={course}"),
        ("bente", f"/kurser/{course}/ret/"),
        ("bente", f"/kurser/hold/{cast.run.pk}/ret/"),
        ("mette", f"/runder/{cast.round.pk}/regler/"),
        ("mette", "/findes-ikke/"),
        ("hanne", "/udbytte/"),
        ("hanne", "/udbytte/?q=4"),
        ("soren", f"/udbytte/{cast.children.pk}/"),
        ("soren", "/udbytte/til-med/"),
        ("lars", "/medarbejdere/"),
        ("lars", "/medarbejdere/gennemgang/"),
        ("lars", "/medarbejdere/sedler/"),
        ("lars", f"/aftaler/{cast.plan.agreements.filter(kind='practice', step='tell').get().pk}/"),
        ("", written_link(cast)),
        ("dorthe", "/medarbejdere/enheder/"),
        ("lars", "/budget/"),
        ("lars", "/budget/mens-du-er-vaek/"),
        ("lars", f"/aftaler/{one}/"),
        ("lars", f"/samtaler/{cast.conversation.pk}/"),
        ("bente", "/kursusopgaver/"),
        ("bente", "/kursusopgaver/?column=find"),
        ("bente", f"/kursusopgaver/{cast.plan.agreements.filter(step='find_run').get().pk}/"),
        ("bente", "/kurser/nyt/"),
        ("bente", f"/aftaler/{cast.plan.agreements.filter(step='find_run').get().pk}/find/"),
        ("bente", f"/aftaler/{cast.plan.agreements.get(step='register').pk}/"),
        ("bente", f"/aftaler/{cast.plan.agreements.get(step='register').pk}/tilmeld/"),
        ("bente", f"/kursusopgaver/hold/{cast.run.pk}/"),
        ("bente", "/kursusopgaver/faelles/"),
        ("mette", "/tilskud/"),
        ("hanne", f"/tilskud/{FundingSource.objects.get(key='municipal').pk}/"),
        ("mette", f"/aftaler/{cast.plan.agreements.get(step='decide').pk}/"),
        ("bente", f"/kursusopgaver/faelles/{joint_need(cast).pk}/"),
        ("bente", "/gaaet-i-staa/"),
        ("bente", f"/aftaler/{cast.plan.agreements.filter(step='find_run').get().pk}/"),
        ("bente", f"/aftaler/{one}/nyt-hold/"),
        ("karim", "/hjaelper/"),
        ("jonas", "/hjaelper/"),
        ("mette", f"/aftaler/{Agreement.objects.get(title__startswith='Læringsmakker').pk}/hjaelp/"),
        ("mette", f"/aftaler/{cast.plan.agreements.filter(step='talk_stuck').get().pk}/"),
        ("lars", f"/aftaler/{cast.plan.agreements.filter(step='talk_stuck').get().pk}/"),
        ("mette", f"/aftaler/{cast.plan.agreements.filter(kind='practice', step='tell').get().pk}/"),
        ("hanne", "/udbytte/maader/"),
        ("birgit", "/budget/"),
        ("birgit", f"/aftaler/{cast.plan.agreements.filter(step='decide').get().pk}/"),
        ("hanne", "/runder/"),
        ("hanne", "/runder/ny/"),
        ("hanne", f"/runder/{cast.round.pk}/"),
        ("hanne", f"/runder/{cast.round.pk}/ret/"),
        ("lars", f"/samtaler/{cast.conversation.pk}/?ret={cast.plan.agreements.order_by('pk')[0].pk}"),
        ("hanne", f"/runder/{cast.round.pk}/luk/"),
        ("soren", f"/runder/{cast.round.pk}/rapport/"),
        ("lars", "/medarbejdere/fra-forrige-runde/"),
        ("hanne", f"/runder/{cast.round.pk}/spoergsmaal/"),
        ("hanne", f"/runder/{cast.round.pk}/frister/"),
        ("hanne", f"/runder/{cast.round.pk}/enheder/"),
        ("hanne", f"/runder/{cast.round.pk}/enheder/{cast.kindergarten.pk}/"),
        ("hanne", f"/runder/{draft(cast).pk}/"),
        ("lars", f"/runder/{cast.round.pk}/aarshjul/"),
        ("lars", "/medarbejdere/rammer/"),
        ("hanne", "/selvtjek/alle/"),
        *(("hanne", f"/selvtjek/{one}/") for one in self_checks(cast)),
        ("", Ballot(self_checks(cast)[0], cast.mette.pk).path),
        ("", "/selvtjek/"),
        ("", "/selvtjek/?sprog=en"),
        ("lars", f"/runder/{cast.round.pk}/regler/{cast.kindergarten.pk}/"),
        ("lars", f"/runder/{cast.round.pk}/opstart/{cast.kindergarten.pk}/"),
        ("lars", f"/opstart/{kickoff(cast).pk}/"),
        ("lars", f"/runder/{cast.round.pk}/ark/{cast.kindergarten.pk}/"),
        ("", signing_link(cast)),
        ("hanne", "/gaaet-i-staa/"),
        ("hanne", f"/gaaet-i-staa/register-i-{cast.children.pk}/"),
        ("ida", "/organisation/?q=Mette"),
        ("ida", "/organisation/import/"),
        *(("ida", f"/organisation/import/{run.pk}/") for run in ImportRun.objects.filter(kind="organisation")),
        ("bente", "/kurser/import/"),
        *(("bente", f"/kurser/import/{run.pk}/") for run in ImportRun.objects.filter(kind="courses")),
        ("ida", f"/organisation/ansaettelse/{cast.employment.pk}/"),
        ("mette", "/konto/to-trin/"),
        ("mette", "/konto/adgangskode/"),
        ("mette", "/konto/to-trin/til/"),
        ("mette", "/konto/logout/"),
        ("", "/konto/login/"),
        ("", "/konto/lukket/"),
        ("", "/demo/"),
        *meetings_of(cast),
        ("", answer_link(cast)),
        ("birgit", page_with_open_form(cast)),
        ("", "/svar/afskaaret/"),
    ]


def signing_link(cast: Cast) -> str:
    """The link by which Lars reviews Mette's plan and signs it."""
    mark = mark_of_plan(cast.plan)
    return SignatureLink(cast.lars.pk, cast.plan.pk, mark, TODAY).path
