"""The forms of logging in, with our look and labels; django-allauth checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from udbytte.web.base.audit import note_failed_login

from .adapters import code_for, limit_codes

if TYPE_CHECKING:
    from udbytte.models import Person

    _SetPassword = SetPasswordForm[Person]
else:
    _SetPassword = SetPasswordForm

MOST_OF_A_NAME = 60  # characters
LABELS = {"login": lazy("E-mail"), "email": lazy("E-mail"), "code": lazy("Code")}


class _LabelledForm(forms.Form):
    labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = "ds-input"


class Login(_LabelledForm, account.LoginForm):  # type: ignore[misc]
    """Log in with a password; without one, a code is sent."""

    labels = LABELS | {"password": lazy("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = ""

    def clean(self) -> Any:
        """Without a password this asks for a code."""
        super().clean()
        if not self.errors and not self.cleaned_data.get("password"):
            limit_codes(self.request, self.cleaned_data["login"])
        return self.cleaned_data

    def _login_by_code(self, request: HttpRequest, redirect_url: str | None, credentials: dict[str, Any]) -> Any:
        if self.user is None:
            get_adapter(request).pretend_to_send_code(credentials["email"])
        return super()._login_by_code(request, redirect_url, credentials)


class RequestLoginCode(_LabelledForm, account.RequestLoginCodeForm):  # type: ignore[misc]
    def clean(self) -> Any:
        super().clean()
        if not self.errors:
            limit_codes(context.request, self.cleaned_data["email"])
            if self._user is None:
                get_adapter(context.request).pretend_to_send_code(self.cleaned_data["email"])
        return self.cleaned_data


class ConfirmLoginCode(_LabelledForm, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    """Compares with the code that was sent; the session stores the seed of it."""

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, code=code_for(code) if code else "", **kwargs)

    def clean_code(self) -> Any:
        try:
            return super().clean_code()
        except forms.ValidationError:
            note_failed_login(context.request._login_stage.login.user, "code")
            raise


class ChoosePassword(_SetPassword):
    """A new password, written twice; the settings have the rules for it."""

    present = forms.CharField(
        label=lazy("The password you have now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.user.has_usable_password():
            del self.fields["present"]
        self.fields["new_password1"].label = lazy("New password")
        self.fields["new_password1"].help_text = lazy("At least 12 characters. A few words are easy to remember.")
        self.fields["new_password2"].label = lazy("The same once more")
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"

    def clean_present(self) -> str:
        """The password of now, so that nobody at an open screen puts another in its place. Tries are limited."""
        present: str = self.cleaned_data["present"]
        if not ratelimit.consume(context.request, action="reauthenticate", user=self.user):
            raise get_adapter().validation_error("rate_limited")
        if not self.user.check_password(present):
            note_failed_login(self.user, "password")
            raise forms.ValidationError(lazy("That is not the password you have now."))
        return present


class Authenticate(_LabelledForm, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class Reauthenticate(_LabelledForm, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class AddPasskey(_LabelledForm, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    labels = LABELS | {"name": lazy("What do you call it?")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.initial["name"] = ""
        self.fields["name"].validators.append(MaxLengthValidator(MOST_OF_A_NAME))
        self.fields["name"].widget.attrs["maxlength"] = MOST_OF_A_NAME
        self.fields["name"].help_text = lazy("For example the computer or the key. It can be left empty.")


class ActivateTOTP(_LabelledForm, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels = LABELS | {"code": lazy("The code that the app shows now")}
