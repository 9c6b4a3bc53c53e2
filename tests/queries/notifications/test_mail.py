"""Each administrator is notified once of each person without an email address, and sees them on the organisation's
page.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, employ, make_person
from udbytte.domain.lifecycle import Kind
from udbytte.models import Agreement, Email, Notification, Person, Role, RoleAssignment
from udbytte.queries.notifications.mail import unreached_people
from udbytte.services.notifications.follow_up import follow_up

pytestmark = pytest.mark.django_db


def silence(*people: Person) -> None:
    Person.objects.filter(pk__in=[person.pk for person in people]).update(email=None)


def late(cast: Cast, owner: Person) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY, step_owner=owner)


def told() -> list[tuple[str, list[int]]]:
    rows = Notification.objects.filter(kind="unreached").order_by("pk")
    return [
        (notification.person.given_name, notification.facts["people"]) for notification in rows.select_related("person")
    ]


def test_a_circle_of_managers_is_told_to_each_administrator_once(cast: Cast) -> None:
    """Lars is employed under Dorthe, and Dorthe now in the kindergarten that Lars manages."""
    cast.dorthe.employments.update(unit=cast.kindergarten)
    follow_up(on=TODAY)
    follow_up(on=TODAY + timedelta(days=1))
    (news,) = Notification.objects.filter(kind="manager_circle")
    assert (news.person, news.facts) == (cast.ida, {"names": ["Lars Hansen", "Dorthe Hansen"], "count": 2})


def test_without_a_circle_nobody_is_told(cast: Cast) -> None:
    follow_up(on=TODAY)
    assert not Notification.objects.filter(kind="manager_circle").exists()


def test_only_who_has_no_address_and_something_waiting(cast: Cast) -> None:
    for owner in (cast.mette, cast.karim, cast.jonas):
        late(cast, owner)
    silence(cast.mette, cast.jonas, cast.lars)
    Person.objects.filter(pk=cast.jonas.pk).update(wants_mail=False)
    assert set(unreached_people(TODAY)) == {cast.mette}
    Agreement.objects.update(step_due=TODAY + timedelta(days=8))
    assert set(unreached_people(TODAY)) == {cast.mette}  # the news that the step is hers
    Notification.objects.all().delete()
    assert set(unreached_people(TODAY)) == set()


def test_each_administrator_hears_once_of_each_and_of_all_new_ones_together(cast: Cast) -> None:
    late(cast, cast.mette)
    late(cast, cast.karim)
    silence(cast.mette, cast.karim)
    both = sorted([cast.mette.pk, cast.karim.pk])
    follow_up(on=TODAY)
    follow_up(on=TODAY)
    assert told() == [("Ida", both)]
    email = Email.objects.get(person=cast.ida)
    assert (
        "2 personer skal svare på noget, men har ingen mailadresse" in email.text
        and "/organisation/#uden-mail" in email.text
    )
    assert "Mette" not in email.text
    late(cast, cast.lars)
    silence(cast.lars)
    RoleAssignment.objects.create(person=cast.hanne, role=Role.ADMINISTRATOR, starts_on=LONG_AGO)
    for day in range(1, 15):
        follow_up(on=TODAY + timedelta(days=day))
    hanne, *idas = sorted(told())
    assert hanne == ("Hanne", sorted([*both, cast.lars.pk]))
    assert idas == sorted([("Ida", both), ("Ida", [cast.lars.pk])])


def test_the_step_still_goes_on_to_the_next_in_line(cast: Cast) -> None:
    late(cast, cast.mette)
    silence(cast.mette)
    follow_up(on=TODAY + timedelta(days=14))
    assert Notification.objects.filter(person=cast.lars, kind="next").count() == 1


def test_an_administrator_sees_who_and_hr_does_not(cast: Cast) -> None:
    late(cast, cast.mette)
    silence(cast.mette)
    page_text = enter(cast.ida).get("/organisation/").content.decode()
    assert "1 person får ingen mails." in page_text and 'id="uden-mail"' in page_text
    assert "Mette Hansen" in page_text and "Børnehuset Mælkebøtten" in page_text
    assert "Mette Hansen" not in enter(cast.hanne).get("/organisation/").content.decode()


def test_who_refuses_mail_is_never_left_out_in_silence(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("udbytte.web.people.organisation.SHOWN", 1)
    refusing = Person.objects.filter(pk__in=[cast.mette.pk, cast.karim.pk])
    refusing.update(mail_refused_at=timezone.now(), mail_refusal="550 ukendt")
    assert "De første 1 er vist." in enter(cast.ida).get("/organisation/").content.decode()
    refusing.filter(pk=cast.karim.pk).update(mail_refused_at=None)
    page_text = enter(cast.ida).get("/organisation/").content.decode()
    assert "550 ukendt" in page_text and "er vist" not in page_text


def test_it_is_asked_as_often_for_thirty_as_for_one(cast: Cast) -> None:
    def asked() -> int:
        client = enter(cast.ida)
        client.get("/organisation/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/organisation/")
        return len(queries)

    late(cast, cast.mette)
    silence(cast.mette)
    few = asked()
    for number in range(29):
        somebody = make_person(f"Nr{number}")
        employ(somebody, cast.kindergarten)
        late(cast, somebody)
        silence(somebody)
    assert unreached_people(TODAY).count() == 30
    assert asked() == few
