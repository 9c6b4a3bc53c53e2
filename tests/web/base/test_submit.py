"""What is refused stands where its reader can see it."""

from __future__ import annotations

import pytest
from django import forms

from udbytte.services.errors import Refused
from udbytte.web.base.submit import Submission


class NameForm(forms.Form):
    name = forms.CharField()
    place = forms.CharField(required=False)


def bound() -> NameForm:
    form = NameForm({"name": "Mette"})
    assert form.is_valid()
    return form


@pytest.mark.parametrize(
    ("named", "fallback", "beside"),
    [
        ("name", "", "name"),
        ("name", "place", "name"),
        ("", "place", "place"),
        ("", "", "__all__"),
        ("price", "", "__all__"),  # a field that the form lacks
        ("price", "place", "place"),
        ("price", "day", "__all__"),
    ],
)
def test_a_refusal_stands_beside_a_field_that_the_form_has_or_above_it(named: str, fallback: str, beside: str) -> None:
    form = bound()
    with Submission(form, field=fallback):
        raise Refused("Nej.", named)
    assert form.errors == {beside: ["Nej."]} and not form.is_valid()


def test_other_errors_are_not_hidden_and_without_a_refusal_the_form_stays_valid() -> None:
    form = bound()
    with pytest.raises(KeyError), Submission(form):
        raise KeyError
    with Submission(form):
        pass
    assert form.is_valid()
