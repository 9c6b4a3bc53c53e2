"""Sending a signed plan to the address of the journal system."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from udbytte.access.conversations import plans_seen_by
from udbytte.emails.calendar import host
from udbytte.models import AuditKind, DevelopmentPlan, Email, Person
from udbytte.services.errors import Refused
from udbytte.services.papers.plan import PAPER_RELATED
from udbytte.services.papers.plan_archive import plan_archive, version_of_plan
from udbytte.services.people.audit import note

KIND = "journal"
KEY = re.compile(r"journal:(\d+):(\w+)")  # the plan and its version


@transaction.atomic
def send_to_journal(plan: DevelopmentPlan, *, by: Person, on: date) -> bool:
    """Send the plan to the journal system. Only the employee and the present manager can.

    The email has no content until it leaves, so the plan is nowhere else meanwhile. Each signed version is sent once;
    False if it was before. Raises Refused if there is no address or the plan is not signed by both.
    """
    row = plans_seen_by(by, on).select_for_update(of=("self",)).select_related(*PAPER_RELATED).get(pk=plan.pk)
    if not settings.JOURNAL_ADDRESS:
        raise Refused(_("There is no journal system to send to."), "to")
    if row.signed_text is None:
        raise Refused(_("Only a plan that both have signed goes to the journal."), "to")
    key = f"{KIND}:{row.pk}:{version_of_plan(row)}"
    if Email.objects.filter(kind=KIND, key=key).exists():
        return False
    with override(settings.LANGUAGE_CODE):
        title = _("Development plan of %(name)s") % {"name": row.conversation.employment.person.name}
        text = _("The plan as both have signed it, for the journal. index.xml says who it is about.")
    Email.objects.create(
        person=by,
        key=key,
        kind=KIND,
        on=on,
        to=settings.JOURNAL_ADDRESS,
        subject=title[:250],
        text=text,
        message_id=f"<{key.replace(':', '-')}@{host()}>",
        next_try_at=timezone.now(),
    )
    note(AuditKind.EXPORT, by=by, about=row.conversation.employment.person, on=on, page="send-plan", thing=row.pk)
    return True


def is_current(email: Email) -> bool:
    """Whether the plan is still as it was when somebody sent it; otherwise the email is not to go."""
    return _plan_of(email) is not None


def archive_of(email: Email) -> bytes:
    """What an email to the journal carries. Raises ValueError if it is not current."""
    plan = _plan_of(email)
    if plan is None:
        raise ValueError("the plan has been changed")
    return plan_archive(plan, language=settings.LANGUAGE_CODE)


def _plan_of(email: Email) -> DevelopmentPlan | None:
    found = KEY.fullmatch(email.key)
    if found is None:
        return None
    plan = DevelopmentPlan.objects.select_related(*PAPER_RELATED).filter(pk=int(found[1])).first()
    is_the_same = plan is not None and plan.signed_text is not None and version_of_plan(plan) == found[2]
    return plan if is_the_same else None


def emails_to_journal(plans: Iterable[DevelopmentPlan]) -> dict[int, Email]:
    """By plan: the email that takes its present version to the journal, if somebody has sent it. One query."""
    keys = {f"{KIND}:{plan.pk}:{version_of_plan(plan)}": plan.pk for plan in plans if plan.signed_text is not None}
    emails = Email.objects.filter(kind=KIND, key__in=keys, gave_up_at=None).select_related("person")
    return {keys[email.key]: email for email in emails}
