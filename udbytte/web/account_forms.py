"""The fields of logging in as ours look and speak; what they check is django-allauth's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as lazy

if TYPE_CHECKING:
    from ..models import Person

    _SetPassword = SetPasswordForm[Person]
else:
    _SetPassword = SetPasswordForm

LABELS = {"login": lazy("E-mail"), "email": lazy("E-mail"), "code": lazy("Code")}


class _Ours(forms.Form):
    labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = "ds-input"


class Login(_Ours, account.LoginForm):  # type: ignore[misc]
    """Without a password a code is sent."""

    labels = LABELS | {"password": lazy("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = ""


class RequestLoginCode(_Ours, account.RequestLoginCodeForm):  # type: ignore[misc]
    pass


class ConfirmLoginCode(_Ours, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    pass


class ChoosePassword(_SetPassword):
    """A password, twice; the rules it must keep are in the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = lazy("New password")
        self.fields["new_password1"].help_text = lazy("At least 12 characters. A few words are easy to remember.")
        self.fields["new_password2"].label = lazy("The same once more")
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"


class Authenticate(_Ours, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class Reauthenticate(_Ours, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTOTP(_Ours, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels = LABELS | {"code": lazy("The code that the app shows now")}
