"""What administrators do about the logins of others: let in a new account at work, and reset a second step together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.models import Person
from udbytte.runtime.clock import today
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


urlpatterns = [
    path("organisation/person/<int:pk>/ny-konto/", let_in_new_account, name="let-in-new-account"),
]
