"""What Django's rules for a new password do not know: the words of this workplace."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from udbytte.domain.passwords import is_easy_here
from udbytte.models import Person
from udbytte.queries.people.units import names_of_organisations
from udbytte.runtime.clock import today


class WordsOfHere:
    """Refuses a password that is little more than words which everybody at the workplace knows."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if is_easy_here(password, names_of_organisations(today())):
            raise ValidationError(self.get_help_text(), code="words_of_here")

    def get_help_text(self) -> str:
        return _("That is easy to guess here: it is little more than words that everybody at the workplace knows.")
