"""A new password is held against the words of the workplace, in the reader's language."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import Cast
from udbytte.models import AuditEntry, AuditKind
from udbytte.queries.people.units import names_of_organisations
from udbytte.runtime.clock import today

pytestmark = pytest.mark.django_db


def test_the_name_of_the_organisation_is_no_password(cast: Cast) -> None:
    [name] = names_of_organisations(today())
    with pytest.raises(ValidationError, match="nem at gætte her"):
        validate_password(f"{name} 2027!", cast.mette)
    validate_password("fire lette ord her", cast.mette)


OLD, NEW = "fire lette ord her", "fem andre lette ord her"


def test_a_change_asks_for_the_password_of_now(cast: Cast) -> None:
    mette, page = enter(cast.mette), reverse("account_password")
    first = {"new_password1": OLD, "new_password2": OLD}
    assert mette.post(page, first).status_code == 302  # there was none
    changed = {"new_password1": NEW, "new_password2": NEW}
    for present in ({}, {"present": "noget andet"}):
        assert mette.post(page, changed | present).status_code == 422
    cast.mette.refresh_from_db()
    assert cast.mette.check_password(OLD)
    assert AuditEntry.objects.filter(kind=AuditKind.LOGIN_FAILED, about=cast.mette).count() == 1
    assert mette.post(page, changed | {"present": OLD}).status_code == 302
    cast.mette.refresh_from_db()
    assert cast.mette.check_password(NEW)


def test_who_has_forgotten_it_goes_without_and_needs_no_password_for_that(cast: Cast) -> None:
    cast.mette.set_password(OLD)
    cast.mette.save()
    assert enter(cast.mette).post(reverse("account_password"), {"do": "without"}).status_code == 302
    cast.mette.refresh_from_db()
    assert not cast.mette.has_usable_password()


def test_the_password_of_now_is_asked_for_only_so_often(cast: Cast) -> None:
    cast.mette.set_password(OLD)
    cast.mette.save()
    mette = enter(cast.mette)
    for _again in range(10):
        mette.post(reverse("account_password"), {"present": "gættet", "new_password1": NEW, "new_password2": NEW})
    answer = mette.post(reverse("account_password"), {"present": OLD, "new_password1": NEW, "new_password2": NEW})
    assert answer.status_code == 422 and "for mange gange" in answer.content.decode()
    assert Client().get(reverse("account_login")).status_code == 200
