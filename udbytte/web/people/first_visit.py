"""The page that sets Udbytte up, for whoever has the one-time code from the log, while nobody is administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache

from udbytte.access.people import has_administrator
from udbytte.domain.money import Sector
from udbytte.models.labels import SECTOR_LABELS, works_council
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.notifications.smtp import NotSent, send_test_email
from udbytte.services.people.first_setup import Newcomer, check_setup_code, set_up_with_code
from udbytte.web.base.fields import StyledForm
from udbytte.web.base.submit import Submission, focus_first_error


class FirstVisitForm(StyledForm):
    code = forms.CharField(
        label=lazy("One-time code"),
        max_length=50,
        help_text=lazy("The web server writes it in its log when it starts."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    administrator_name = forms.CharField(label=lazy("Your name"), max_length=200)
    administrator = forms.EmailField(
        label=lazy("Your work email"), help_text=lazy("You become administrator. A test email is sent here at once.")
    )
    hr_name = forms.CharField(label=lazy("The name of somebody in HR"), max_length=200, required=False)
    hr = forms.EmailField(
        label=lazy("The work email of this person"),
        required=False,
        help_text=lazy("HR plans the rounds. Leave both empty if it is you."),
    )

    def newcomer(self, role: str) -> Newcomer:
        return Newcomer(self.cleaned_data[role], self.cleaned_data[f"{role}_name"])

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("hr") and not self.cleaned_data.get("hr_name"):
            self.add_error("hr_name", _("Write the name too."))
        return self.cleaned_data


@login_not_required
@never_cache
def first_visit(request: HttpRequest) -> HttpResponse:
    """Give the first two roles, once an email has gone out: nobody could log in without emails."""
    if has_administrator(today()):
        raise Http404
    form = FirstVisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            check_setup_code(form.cleaned_data["code"])
            administrator = form.newcomer("administrator")
            hr = form.newcomer("hr") if form.cleaned_data["hr"] else administrator
            _try_mail(administrator.email)
            set_up_with_code(form.cleaned_data["code"], administrator=administrator, hr=hr, on=today())
            messages.success(request, _("Udbytte is set up. Log in with the address that you have just given."))
            return redirect("account_login")
    focus_first_error(form)
    facts = [
        (_("Organisation"), settings.ORGANISATION or _("the name in your import")),
        (_("Sector"), str(SECTOR_LABELS[Sector(settings.SECTOR)])),
        (_("The works council is called"), works_council()),
        (_("Address"), settings.BASE_URL),
        (_("Emails come from"), settings.DEFAULT_FROM_EMAIL),
    ]
    context = {"form": form, "facts": facts}
    return render(request, "account/first_visit.html", context, status=422 if form.is_bound else 200)


def _try_mail(address: str) -> None:
    """Refused with the answer of the mail server."""
    try:
        send_test_email(address)
    except NotSent as refusal:
        sentence = _("The test email could not be sent, so nothing is saved. The mail server: %(answer)s")
        raise Refused(sentence % {"answer": refusal.answer}, "administrator") from None


urlpatterns = [path("opsaetning/", first_visit, name="first-visit")]
