"""What emails about the account say, besides those of logging in (templates/account)."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from udbytte.models import Person


def address_changed(person: Person) -> tuple[str, str]:
    """Subject and text of the email to the old address of somebody whose address has changed."""
    return _("Your email address has been changed"), _text(
        person,
        _(
            "Your workplace has another email address for you now. Emails go there from now on, you are logged out, and"
            " links in earlier emails no longer work."
        ),
        _("If that is not right, tell your administrator now."),
    )


def records_joined(person: Person) -> tuple[str, str]:
    """Subject and text of the email to somebody who is known by other names, and so gets what was theirs before."""
    return _("Your earlier conversations and agreements are yours again"), _text(
        person,
        _(
            "An administrator at your workplace has said that you were known here before by another name or email"
            " address. The conversations, plans and agreements from then are yours now."
        ),
        _("If you see something that is not yours, tell your administrator now. It can be undone for 30 days."),
    )


def second_step_reset_asked(person: Person) -> tuple[str, str]:
    """Subject and text of the email to somebody whose second step an administrator wants to reset."""
    return _("Your second step is about to be reset"), _text(
        person,
        _(
            "An administrator has asked to reset your second step of logging in. It happens when another administrator"
            " confirms it."
        ),
        _("If you have not asked for that, tell your administrator now."),
    )


def second_step_reset(person: Person) -> tuple[str, str]:
    """Subject and text of the email to somebody whose second step two administrators have reset."""
    return _("Your second step has been reset"), _text(
        person,
        _(
            "Two administrators have reset your second step, and you are logged out everywhere. Log in and set it up"
            " anew."
        ),
        _("If you have not asked for that, tell your administrator now."),
    )


def _text(person: Person, *sentences: str) -> str:
    """The sentences, between a greeting and the address of Udbytte."""
    greeting = _("Hello %(name)s,") % {"name": person.short_name}
    return "\n\n".join((greeting, *sentences, settings.BASE_URL))
