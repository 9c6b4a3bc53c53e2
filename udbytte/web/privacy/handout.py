"""Where somebody who has left fetches everything about them, with a code and without logging in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from udbytte.access.links import BrokenLink, ExpiredLink, HandoutLink
from udbytte.models import Handout
from udbytte.runtime.clock import today
from udbytte.services.privacy.handouts import WrongCode, is_open, try_code
from udbytte.web.base.email_links import BROKEN, Outcome, outcome_page
from udbytte.web.base.fields import StyledForm, text_field

from .own_file import own_file

OVER = Outcome(
    lazy("It can no longer be fetched"),
    lazy(
        "It has been fetched, its days are over, or a wrong code was written too often. Ask the workplace to send it"
        " again."
    ),
)


class CodeForm(StyledForm):
    code = text_field(lazy("The code from the email"), length=40)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "characters"}


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def handout(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code; with the right one, once, the file. A GET changes nothing."""
    on, now = today(), timezone.now()
    try:
        link = HandoutLink.read(token, on=on)
    except BrokenLink:
        return outcome_page(request, BROKEN)
    except ExpiredLink:
        return outcome_page(request, OVER)
    request.signed_link = link  # type: ignore[attr-defined]  # nothing of the page is stored by the browser
    found = Handout.objects.select_related("person").filter(pk=link.handout_id, person=link.person_id).first()
    if found is None:
        return outcome_page(request, BROKEN)
    with override(found.person.language):
        request.LANGUAGE_CODE = found.person.language
        if not is_open(found, now):
            return outcome_page(request, OVER)
        form = CodeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                result = try_code(found, form.cleaned_data["code"], on=on, now=now)
                if isinstance(result, Handout):
                    return own_file(result.person)
            if result is None or result.tries_left == 0:
                return outcome_page(request, OVER)
            form.add_error("code", _wrong(result))
        return render(request, "privacy/handout.html", {"form": form}, status=422 if form.is_bound else 200)


def _wrong(result: WrongCode) -> str:
    left = ngettext("%(count)s try is left", "%(count)s tries are left", result.tries_left) % {
        "count": result.tries_left
    }
    return _("That is not the code: %(left)s.") % {"left": left}


urlpatterns = [path("udlevering/<str:token>/", handout, name="handout")]
