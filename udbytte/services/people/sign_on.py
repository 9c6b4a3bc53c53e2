"""Who somebody is who logs in at work: the person among the imported ones, the link to them, and mapped roles."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from udbytte.models import AuditKind, Person, Role, RoleAssignment
from udbytte.runtime.sign_on import Provider
from udbytte.services.errors import Refused

from .audit import note
from .roles import end_role, give_role
from .sessions import end_all_sessions

logger = logging.getLogger(__name__)
Claims = Mapping[str, Any]  # what a provider says of somebody; in SAML each value is a list


class NotLetIn(Exception):
    """Somebody who has logged in at work is not let in here. `reason` is for the page that says so."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def values_of(claims: Claims, name: str) -> list[str]:
    """The values of a claim, also if it is one value or is missing."""
    value = claims.get(name)
    values = value if isinstance(value, list | tuple) else [value]
    return [str(part).strip() for part in values if part not in (None, "")]


def check_required(provider: Provider, claims: Claims) -> None:
    """Raise NotLetIn for somebody from another tenant or without a claim that all must have."""
    for name, value in provider.require.items():
        if value not in values_of(claims, name):
            raise NotLetIn("unknown")


def is_second_step_taken(provider: Provider, claims: Claims) -> bool:
    """Whether the provider says, by amr or acr, that a second step was taken there."""
    said = {*values_of(claims, "amr"), *values_of(claims, "acr")}
    return bool(said & set(provider.second_step))


@transaction.atomic
def link_person(provider: Provider, uid: str, claims: Claims) -> Person:
    """Find the imported person whom the claims name, and remember that they have this account. Nobody is created.

    Afterwards the account alone finds the person, so that a new email at the provider changes nothing. A person has
    one account at a provider: an address that was given on to somebody new does not open the old one's conversations.
    """
    person = _person_for(provider, claims)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # of two first logins at once, one makes the link
    if SocialAccount.objects.filter(user=person, provider=provider.id).exclude(uid=uid).exists():
        raise NotLetIn("other_account")
    SocialAccount.objects.get_or_create(provider=provider.id, uid=uid, defaults={"user": person, "extra_data": {}})
    return person


def _person_for(provider: Provider, claims: Claims) -> Person:
    """The person whose email or external id the claim is. Raises NotLetIn without exactly one, also if unverified."""
    values = values_of(claims, provider.claim)
    if len(values) != 1:
        raise NotLetIn("no_claim")
    if provider.finds == "email":
        if not provider.trust_email and values_of(claims, "email_verified") not in (["True"], ["true"]):
            raise NotLetIn("unverified")
        person = Person.objects.filter(email__iexact=values[0]).first()
    else:
        person = Person.objects.filter(external_id=values[0]).first()
    if person is None:
        raise NotLetIn("unknown")
    return person


@transaction.atomic
def forget_account(person: Person, *, by: Person, on: date) -> bool:
    """Forget by which account a person logs in at work, so that the next one is theirs. Whether there was one."""
    count, _by_model = SocialAccount.objects.filter(user=person).delete()
    if count:
        end_all_sessions(person, by=by, on=on)
        note(AuditKind.WORK_ACCOUNT_FORGOTTEN, by=by, about=person, on=on)
    return bool(count)


@transaction.atomic
def follow_roles(person: Person, provider: Provider, claims: Claims, *, on: date) -> None:
    """Give the mapped roles that the claim has, for the whole organisation, and end those that it gave and lacks now.

    Roles that somebody gave in Udbytte stay. Without a mapping nothing happens.
    """
    if not provider.roles:
        return
    wanted = {provider.roles[value] for value in values_of(claims, provider.roles_claim) if value in provider.roles}
    held = RoleAssignment.objects.on(on).filter(person=person, unit__isnull=True)
    for assignment in held.filter(role__in=set(provider.roles.values()) - wanted).exclude(given_by_sign_on=""):
        try:
            with transaction.atomic():
                end_role(assignment, by=None, on=on, by_sign_on=provider.name)
        except Refused:  # the last one of the role
            logger.warning("The role %s of person %s stays: nobody else has it.", assignment.role, person.pk)
    for role in sorted(wanted - set(held.values_list("role", flat=True))):
        give_role(person=person, role=Role(role), unit=None, by=None, on=on, by_sign_on=provider.name)


@transaction.atomic
def let_in(provider: Provider, uid: str, claims: Claims, *, on: date) -> Person:
    """The person of an account at a provider, who is found by the claims the first time. Raises NotLetIn."""
    check_required(provider, claims)
    known = SocialAccount.objects.filter(provider=provider.id, uid=uid).select_related("user").first()
    person: Person = link_person(provider, uid, claims) if known is None else known.user
    if person.is_active:
        follow_roles(person, provider, claims, on=on)
    return person
