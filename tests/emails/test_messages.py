"""What an email says: its subject, its items in their order, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.notifications import EventHappened, StepMoved, StepMovedOn
from udbytte.emails.items import names_text
from udbytte.emails.messages import digest
from udbytte.models import Agreement, Course, CourseRun, Email, Notification, Person, PracticeMethod
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.notify import notify
from udbytte.services.notifications.outbox import send_due_emails
from udbytte.services.notifications.write import write_emails, write_urgent_emails

pytestmark = pytest.mark.django_db
FREE = "Kun mellem os to"  # a title that the two have written
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def round_is_known(cast: Cast) -> None:
    """Everybody has heard of the round already."""
    Notification.objects.all().delete()
    follow_up(on=TODAY - 7 * DAY)
    Email.objects.all().delete()
    Notification.objects.all().delete()


def mentor() -> PracticeMethod:
    return PracticeMethod.objects.get(key="mentor")


def nominated(cast: Cast, run: CourseRun | None = None) -> Agreement:
    found = take_step(cast.agree(title=FREE), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=run or cast.run)
    return take_step(
        found, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi har tre nye børn.", price=6500, price_reason="Tilbud"
    )


def with_mentor(cast: Cast, title: str = FREE) -> Agreement:
    agreement = cast.agree(Kind.PRACTICE, title=title, method=mentor(), purpose="Lede et møde")
    return take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim, hours=8)


def under_way(cast: Cast, title: str = FREE, method: PracticeMethod | None = None) -> Agreement:
    agreement = cast.agree(Kind.PRACTICE, title=title, method=method)
    agreement = take_step(agreement, Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    return take_step(agreement, Event.START, by=cast.mette, on=TODAY)


def weekly(person: Person, on: date) -> Email:
    write_emails(on=on)
    return Email.objects.filter(person=person, kind="digest").latest("pk")


def items_of(email: Email) -> list[list[str]]:
    """The lines of each item, with the labels of its links, as the plain text has them."""
    parts = email.text.split("\n* ")[1:]
    items = [part.split("\n\n")[0].split("\n") for part in parts]
    return [[re.sub(r": http\S+", "", line).strip() for line in item] for item in items]


def own_course(cast: Cast) -> Agreement:
    agreement = take_step(nominated(cast), Event.GRANT, by=cast.birgit, on=TODAY)
    return take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)


def done(cast: Cast) -> Agreement:
    return take_step(under_way(cast, method=mentor()), Event.FINISH, by=cast.mette, on=TODAY)


def reported(cast: Cast) -> Agreement:
    return take_step(done(cast), Event.REPORT_OUTCOME, by=cast.mette, on=TODAY, learned="At lytte", newness="much")


def dropping(cast: Cast) -> Agreement:
    return take_step(with_mentor(cast), Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_time")


def found(cast: Cast) -> Agreement:
    return take_step(cast.agree(title=FREE), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


SUBJECTS: list[tuple[Callable[[Cast], Agreement], str, int, str]] = [
    # what there is, who gets the email, days after the date of the step, subject
    (nominated, "birgit", 0, "Mette venter på svar på indstillingen til Konflikthåndtering i hverdagen"),
    (found, "lars", 0, "Mette venter på svar om pengene til Konflikthåndtering i hverdagen"),
    (lambda cast: cast.agree(title=FREE), "bente", 0, "Find et hold til Mette"),
    (lambda cast: cast.agree(title=FREE), "bente", 1, "Find et hold til Mette (1 dag over fristen)"),
    (with_mentor, "karim", 0, "Kan du hjælpe Mette? Mentorordning"),
    (lambda cast: under_way(cast, method=mentor()), "mette", 3, "Mette, sker det? Mentorordning (3 dage over fristen)"),
    (under_way, "mette", 0, "Mette, sker det?"),
    (own_course, "mette", 0, "Mette, kom du på kurset? Konflikthåndtering i hverdagen"),
    (done, "mette", 0, "Mette, hvad lærte du? Mentorordning"),
    (reported, "lars", 0, "Tag en snak med Mette om udbyttet: Mentorordning"),
    (dropping, "lars", 0, "Mette foreslår at droppe Mentorordning"),
]


@pytest.mark.parametrize(("made", "who", "late", "subject"), SUBJECTS)
def test_a_subject_says_what_it_is_about_and_who_waits_and_never_the_free_title(
    cast: Cast, made: Callable[[Cast], Agreement], who: str, late: int, subject: str
) -> None:
    agreement = made(cast)
    Notification.objects.all().delete()
    assert agreement.step_due is not None
    person = getattr(cast, who)
    Person.objects.filter(pk=person.pk).update(digest_weekday=(agreement.step_due + late * DAY).isoweekday())
    email = weekly(person, agreement.step_due + late * DAY)
    assert email.subject == subject
    assert FREE not in email.subject and FREE in email.text


def test_a_colon_in_a_course_title_makes_no_second_colon(cast: Cast) -> None:
    course = Course.objects.create(title="Kommunikation: Svære samtaler", provider="Engskolen")
    run = CourseRun.objects.create(course=course, starts_on=date(2026, 6, 8), ends_on=date(2026, 6, 8))
    nominated(cast, run)
    subject = weekly(cast.birgit, TODAY).subject
    assert subject == "Mette venter på svar på indstillingen til Kommunikation – Svære samtaler"


def test_a_subject_is_one_line_whatever_the_catalogue_says(cast: Cast) -> None:
    course = Course.objects.create(title="Svære\nsamtaler " + 200 * "x", provider="Engskolen")
    run = CourseRun.objects.create(course=course, starts_on=date(2026, 6, 8), ends_on=date(2026, 6, 8))
    nominated(cast, run)
    email = weekly(cast.birgit, TODAY)
    assert (
        email.subject.startswith("Mette venter på svar på indstillingen til Svære samtaler xxx")
        and len(email.subject) <= 250
    )
    assert send_due_emails(timezone.now() + DAY) > 0 and mail.outbox[-1].subject


def test_the_items_of_the_cast(cast: Cast) -> None:
    nominated(cast)
    with_mentor(cast, "Mentor i dokumentation")
    found(cast)
    assert items_of(weekly(cast.birgit, TODAY)) == [
        [
            f"Mette Hansen: {FREE}, 6.500 kr.",
            "Begrundelse: Vi har tre nye børn.",
            "Hold: 8.–10. jun., Odense",
            "Tilmeld senest fredag 8. maj",
            "Der kan stadig bevilges 20.000 kr.",
            "Svar senest mandag 16. marts",
            "Svar på indstillingen",
        ]
    ]
    assert items_of(Email.objects.get(person=cast.karim)) == [
        [
            "Kan du hjælpe Mette?",
            "Mette Hansen: Mentor i dokumentation",
            "”Lede et møde”",
            "Fra søndag 31. maj til tirsdag 30. juni, cirka 8 timer i alt",
            "Svar senest mandag 9. marts",
            "Ja, jeg vil gerne hjælpe",
            "Ja, men senere",
            "Nej, det kan jeg ikke",
        ]
    ]
    assert items_of(Email.objects.get(person=cast.lars)) == [
        [
            f"Mette Hansen: {FREE}, 6.000 kr.",
            "Hold: 8.–10. jun., Odense",
            "Tilmeld senest fredag 8. maj",
            "Der kan stadig bevilges 20.000 kr.",
            "Svar senest mandag 9. marts",
            "Svar om pengene",
        ]
    ]
    assert items_of(Email.objects.get(person=cast.mette)) == [
        ["Lars Hansen har indstillet kurset til den budgetansvarlige", FREE, "Se aftalen"]
    ]


def test_a_check_in_has_its_two_answers_side_by_side_and_none_is_louder(cast: Cast) -> None:
    agreement = under_way(cast)
    assert agreement.step_due is not None
    email = weekly(cast.mette, agreement.step_due)
    assert items_of(email) == [["Sker det?", FREE, "Svar senest mandag 13. april", "Ja, det sker", "Nej, ikke endnu"]]
    buttons = re.findall(r'<a href="[^"]+/svar/[^"]+"\s+style="([^"]*)">([^<]*)', email.html)
    assert [label for _style, label in buttons] == ["Ja, det sker", "Nej, ikke endnu"]
    assert len({" ".join(style.split()) for style, _label in buttons}) == 1


def test_a_task_has_one_loud_button(cast: Cast) -> None:
    nominated(cast)
    html = weekly(cast.birgit, TODAY).html
    assert re.findall(r"background:#1f5c4d;\s+color:#ffffff[^>]*>([^<]*)", html) == ["Svar på indstillingen"]


def test_only_the_first_of_several_tasks_is_loud(cast: Cast) -> None:
    for title in ("Et kursus", "Et andet"):
        cast.agree(title=title, planned_from=TODAY, planned_to=TODAY, on=TODAY - timedelta(days=60))
    html = weekly(cast.bente, TODAY).html
    assert len(re.findall(r"background:#1f5c4d;\s+color:#ffffff[^>]*>Find et hold", html)) == 1
    assert len(re.findall(r"background:#ffffff;\s+color:#1f5c4d[^>]*>Find et hold", html)) == 1


def test_a_question_about_what_has_happened_is_not_asked_weeks_before(cast: Cast) -> None:
    agreement = under_way(cast)  # Mette got the first step from Lars, and the check-in is six weeks ahead
    assert Notification.objects.filter(person=cast.mette, kind="step").exists()
    write_emails(on=TODAY)
    assert not Email.objects.filter(person=cast.mette).exists()
    assert agreement.step_due is not None
    assert "Sker det?" in weekly(cast.mette, agreement.step_due - 7 * DAY).text


def test_many_of_a_kind_are_one_item_with_one_link(cast: Cast) -> None:
    for _number in range(15):
        nominated(cast)
    email = weekly(cast.birgit, TODAY)
    assert email.subject == "15 indstillinger venter på dig"
    assert items_of(email) == [["15 indstillinger venter på dig", "Se dem samlet"]]
    assert "Se dem samlet: http://127.0.0.1:8000/budget/\n" in email.text
    assert len(email.asks) == 15
    Email.objects.all().delete()
    Agreement.objects.filter(step="decide").update(step_due=TODAY - 3 * DAY)
    assert "15 af dem er over fristen." in weekly(cast.birgit, TODAY).text


def test_five_items_the_most_urgent_first_and_the_rest_with_one_link(cast: Cast) -> None:
    """Somebody waits for an answer first, then what is most late; news is one item."""
    rows = [under_way(cast, f"Nummer {number}") for number in range(24)]
    Notification.objects.all().delete()
    for number, row in enumerate(rows):
        Agreement.objects.filter(pk=row.pk).update(step_due=TODAY - number * DAY)
    asks = cast.agree(Kind.PRACTICE, title="Hjælp Lars")
    Agreement.objects.filter(pk=asks.pk).update(employee=cast.lars, step_owner=cast.lars)
    asks.refresh_from_db()
    take_step(asks, Event.ASK, by=cast.lars, on=TODAY, helper=cast.mette)
    nominated(cast)
    email = weekly(cast.mette, TODAY)
    assert [item[0] for item in items_of(email)] == [
        "Kan du hjælpe Lars?",
        "Sker det?",
        "Sker det?",
        "Lars Hansen har indstillet kurset til den budgetansvarlige",
    ]
    assert [item[1] for item in items_of(email)[1:3]] == ["Nummer 23", "Nummer 22"]
    assert "Og 22 ting mere. Se det hele samlet: http://127.0.0.1:8000/\n" in email.text
    assert len(set(re.findall(r'<a href="([^"]+)"', email.html))) == email.html.count("<a href") <= 10
    assert email.text.count("http") == email.html.count("<a href")
    assert {asked["agreement"] for asked in email.asks} == {asks.pk, rows[23].pk, rows[22].pk}


def test_much_news_is_one_item_and_what_does_not_fit_waits_for_the_next_email(cast: Cast) -> None:
    agreement = cast.agree(title="Konflikter")
    Notification.objects.all().delete()
    events = [Event.KEEP, Event.POSTPONE, Event.PAUSE, Event.TALK]
    for number in range(11):
        facts = happened(events[number % 4])
        notify(cast.mette, facts, on=TODAY, cause=f"news {number}", agreement=agreement)
    first = weekly(cast.mette, TODAY)
    ((head, *lines),) = items_of(first)
    assert head == "Nyt siden sidst"
    assert first.subject == "Lars Hansen vil beholde aftalen, så den fortsætter – og 7 ting mere"
    assert lines[:2] == [
        "Lars Hansen vil beholde aftalen, så den fortsætter · Konflikter",
        "Lars Hansen har udsat aftalen · Konflikter",
    ]
    assert len(lines) == 9
    assert Notification.objects.filter(email=None).count() == 3
    second = weekly(cast.mette, TODAY + 7 * DAY)
    assert len(items_of(second)) == 3 and not Notification.objects.filter(email=None).exists()


def happened(event: Event) -> EventHappened:
    return EventHappened(event=event, by="Lars Hansen")


def test_a_step_that_has_moved_is_said_in_the_third_person(cast: Cast) -> None:
    agreement = cast.agree(title="HEMMELIGT", course=cast.run.course)
    Agreement.objects.filter(pk=agreement.pk).update(step_owner=cast.lars, line_level=1, step_due=TODAY - 14 * DAY)
    Notification.objects.all().delete()
    facts = StepMoved(unit=cast.kindergarten.name, step="find_run", days=14, silent="Bente Hansen")
    notify(cast.lars, facts, on=TODAY, cause="next", agreement=agreement, urgent=True)
    email = weekly(cast.lars, TODAY)
    assert "HEMMELIGT" not in email.subject and "Konflikthåndtering i hverdagen" in email.subject
    Agreement.objects.filter(pk=agreement.pk).update(step_owner=cast.hanne, line_level=2)
    Email.objects.all().delete()
    notify(cast.hanne, facts, on=TODAY, cause="next", agreement=agreement, urgent=True)
    to_hr = weekly(cast.hanne, TODAY)
    assert "HEMMELIGT" not in to_hr.text and "Mette" not in to_hr.text and "/gaaet-i-staa/" in to_hr.text


def test_a_step_that_moves_before_sign_up_closes_says_until_when(cast: Cast) -> None:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    Agreement.objects.filter(pk=agreement.pk).update(step_owner=cast.dorthe, line_level=2)
    Notification.objects.all().delete()
    facts = StepMoved(unit=cast.kindergarten.name, step="settle_money", days=0, silent="Lars Hansen")
    notify(cast.dorthe, facts, on=TODAY + DAY, cause="next", agreement=agreement, urgent=True)
    write_emails(on=TODAY)
    write_emails(on=TODAY + DAY)
    assert "Tilmeld senest fredag 8. maj" in Email.objects.get(person=cast.dorthe, kind="extra").text


def test_a_silent_helper_is_asked_no_more_and_the_employee_reads_why_the_step_is_back(cast: Cast) -> None:
    agreement = with_mentor(cast)
    Notification.objects.all().delete()
    take_step(agreement, Event.HELPER_SILENT, by=None, on=TODAY, helper=cast.karim)
    to_helper = weekly(cast.karim, TODAY)
    assert "Du bliver ikke længere spurgt, om du kan hjælpe" in to_helper.text
    assert "Hjælperen" not in to_helper.text and "/aftaler/" not in to_helper.text, (
        "the helper may not read it any more"
    )
    assert "Hjælperen har ikke svaret, så der skal findes en anden." in weekly(cast.mette, TODAY).text


def test_a_step_that_was_handed_on_is_no_question_about_the_readers_own_doings(cast: Cast) -> None:
    agreement = under_way(cast, "Forældremøder")
    Notification.objects.all().delete()
    Agreement.objects.filter(pk=agreement.pk).update(step_owner=cast.lars, step_due=TODAY - DAY)
    email = weekly(cast.lars, TODAY)
    assert email.subject == "Sker det for Mette? (1 dag over fristen)"
    assert items_of(email) == [
        ["Sker det for Mette?", "Mette Hansen: Forældremøder", "Fristen var søndag 1. marts", "Se aftalen"]
    ]
    asked = with_mentor(cast)
    Agreement.objects.filter(pk=asked.pk).update(step_owner=cast.dorthe)
    asked.refresh_from_db()
    item = digest(cast.dorthe, notifications=[], steps=[asked], on=TODAY)
    assert item is not None and "* Karim mangler at svare ja eller nej til at hjælpe\n" in item.text
    assert "Kan du hjælpe" not in item.text and "/svar/" not in item.text


def test_what_is_done_meanwhile_is_no_news_of_a_step_that_moved(cast: Cast) -> None:
    agreement = with_mentor(cast)
    Notification.objects.all().delete()
    facts = StepMoved(unit="", step="answer", days=14, silent="Karim Hansen")
    notify(cast.lars, facts, on=TODAY, cause="next", agreement=agreement)
    take_step(agreement, Event.ACCEPT, by=cast.karim, on=TODAY)
    write_emails(on=TODAY)
    assert not Email.objects.filter(person=cast.lars).exists()


def test_text_and_html_say_the_same_with_greeting_reason_and_sender(cast: Cast) -> None:
    nominated(cast)
    email = weekly(cast.birgit, TODAY)
    assert email.text.startswith(
        f"Kære Birgit\n\nMette kommer videre, når du svarer. Det tager et par minutter.\n\n* Mette Hansen: {FREE}"
    )
    assert email.text.rstrip().endswith(
        "Venlig hilsen\nHR i Engby Kommune\n\n"
        "Engby Kommune bruger Udbytte til at følge op på det, der er aftalt til MUS.\n"
        "Du får én mail om ugen, og kun en ekstra, når noget ikke kan vente.\n"
        "Vælg en anden ugedag, eller slå mails fra: http://127.0.0.1:8000/indstillinger/"
    )
    seen = " ".join(unescape(re.sub(r"<[^>]*>", " ", email.html.split("</title>")[1])).split())
    words = " ".join(re.sub(r": http\S+|^\* ", "", email.text, flags=re.MULTILINE).split())
    assert seen == f"Engby Kommune · mandag 2. marts {words}"
    assert set(re.findall(r'href="([^"]+)"', email.html)) == set(re.findall(r"http\S+", email.text))


def test_an_extra_email_says_why_it_comes_now(cast: Cast) -> None:
    write_emails(on=TODAY)
    with_mentor(cast)
    write_urgent_emails(on=TODAY + DAY)
    email = Email.objects.get(person=cast.karim, kind="extra")
    assert "Du får denne mail nu, fordi Mette venter på dit svar." in email.text
    own_course(cast)
    Notification.objects.exclude(kind="seat").delete()
    Notification.objects.update(on=TODAY + DAY)
    write_urgent_emails(on=TODAY + DAY)
    seat = Email.objects.get(person=cast.mette, kind="extra")
    assert seat.subject == "Du er tilmeldt: Konflikthåndtering i hverdagen"
    assert "Du får denne mail nu, fordi det ikke kan vente til din ugemail." in seat.text


def test_in_english(cast: Cast) -> None:
    Person.objects.filter(pk__in=(cast.birgit.pk, cast.karim.pk)).update(language="en")
    nominated(cast)
    with_mentor(cast, "Mentor")
    email = weekly(cast.birgit, TODAY)
    assert email.subject == "Mette is waiting for an answer to the nomination for Konflikthåndtering i hverdagen"
    assert "\nKind regards\nHR in Engby Kommune\n" in email.text
    assert Email.objects.get(person=cast.karim).subject == "Can you help Mette? Mentoring"


def test_the_subject_says_how_much_else_there_is_and_the_first_line_who_waits(cast: Cast) -> None:
    for title in ("Regneark", "Førstehjælp"):
        agreement = take_step(cast.agree(title=title), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        if title == "Regneark":
            Agreement.objects.filter(pk=agreement.pk).update(employee=cast.jonas)
    email = weekly(cast.lars, TODAY)
    assert email.subject.endswith(" venter på svar om pengene til Konflikthåndtering i hverdagen – og 1 ting mere")
    who = "Mette og Jonas" if email.subject.startswith("Mette") else "Jonas og Mette"
    assert f"\n\n{who} kommer videre, når du svarer. Det tager et par minutter.\n\n" in email.text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["Mette"], "Mette"),
        (["Mette", "Line"], "Mette og Line"),
        (["Mette", "Line", "Poul"], "Mette, Line og Poul"),
        (["Mette", "Line", "Poul", "Karim", "Ida"], "Mette, Line og 3 andre"),
    ],
)
def test_some_people_in_a_sentence(names: list[str], text: str) -> None:
    with override("da"):
        assert names_text(names) == text


def test_what_has_stalled_does_not_push_the_readers_own_task_out_of_the_subject(cast: Cast) -> None:
    agreement = cast.agree(title=FREE)
    on = agreement.step_due + DAY if agreement.step_due is not None else TODAY
    composed = digest(cast.bente, notifications=[], steps=[agreement], on=on, still=3)
    assert composed is not None
    assert composed.subject == "Find et hold til Mette (1 dag over fristen) – og 1 ting mere"
    assert composed.text.index(FREE) < composed.text.index("3 opgaver er gået i stå")


def test_who_had_a_task_reads_who_does_what_now(cast: Cast) -> None:
    agreement = cast.agree(title=FREE)
    notify(cast.bente, StepMovedOn(step="find_run", to="Lars Hansen"), on=TODAY, cause="on", agreement=agreement)
    Notification.objects.exclude(kind="moved_on").delete()
    email = weekly(cast.bente, TODAY)
    assert items_of(email)[-1] == ["Lars Hansen finder et hold", "Kursus", "Opgaven ligger ikke længere hos dig."]
    own = under_way(cast)
    Notification.objects.all().delete()
    notify(cast.mette, StepMovedOn(step="check_in", to="Lars Hansen"), on=TODAY, cause="own", agreement=own)
    head = items_of(weekly(cast.mette, TODAY))[0][0]
    assert head == "Lars Hansen tager en snak med dig om det"
