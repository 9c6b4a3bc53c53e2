"""A new password is held against the words of the workplace, in the reader's language."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.cast import Cast
from udbytte.queries.people.units import names_of_organisations
from udbytte.runtime.clock import today

pytestmark = pytest.mark.django_db


def test_the_name_of_the_organisation_is_no_password(cast: Cast) -> None:
    [name] = names_of_organisations(today())
    with pytest.raises(ValidationError, match="nem at gætte her"):
        validate_password(f"{name} 2027!", cast.mette)
    validate_password("fire lette ord her", cast.mette)
