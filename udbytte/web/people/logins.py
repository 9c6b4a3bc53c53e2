"""What administrators do about the logins of others: let in a new account at work, and reset a second step together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.models import Person
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.people.second_step import reset_second_step
from udbytte.services.people.sign_on import forget_account
from udbytte.web.base.fresh_login import fresh_login_to
from udbytte.web.base.request import only, person_of


@only(lambda roles: roles.is_administrator)
@require_POST
@fresh_login_to("POST")
def let_in_new_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the account at work of before, so that the person's next one is let in."""
    person = get_object_or_404(Person, pk=pk)
    if forget_account(person, by=person_of(request), on=today()):
        messages.success(request, _("%(name)s can come with a new account now.") % {"name": person.name})
    else:
        messages.info(request, _("%(name)s has no account at work here yet.") % {"name": person.name})
    return redirect("organisation")


@only(lambda roles: roles.is_administrator)
@require_POST
@fresh_login_to("POST")
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to reset a lost second step, or confirm what another administrator has asked."""
    person = get_object_or_404(Person, pk=pk)
    try:
        done = reset_second_step(person, by=person_of(request), now=timezone.now(), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("organisation")
    if done:
        words = _("The second step of %(name)s is reset, and an email says so.")
    else:
        words = _("Another administrator must confirm it within 24 hours, on the same page. %(name)s gets an email.")
    messages.success(request, words % {"name": person.name})
    return redirect("organisation")


urlpatterns = [
    path("organisation/person/<int:pk>/nulstil/", reset, name="reset-second-step"),
    path("organisation/person/<int:pk>/ny-konto/", let_in_new_account, name="let-in-new-account"),
]
