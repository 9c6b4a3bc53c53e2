"""The fields of logging in as ours look and speak; what they check is django-allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as lazy

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
    pass


class RequestLoginCode(_Ours, account.RequestLoginCodeForm):  # type: ignore[misc]
    pass


class ConfirmLoginCode(_Ours, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    pass


class Authenticate(_Ours, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class Reauthenticate(_Ours, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTOTP(_Ours, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels = LABELS | {"code": lazy("The code that the app shows now")}
