"""The language switch in the frame: kept with the person, or in a cookie for who is not logged in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ..models import Person
from ..services.people import save_preferences


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak the language that was chosen from now on, and go back to the page one came from."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    response = HttpResponseRedirect(wanted if is_ours else reverse("home"))
    person = request.user
    if isinstance(person, Person):
        save_preferences(person, language=chosen, digest_weekday=person.digest_weekday, wants_mail=person.wants_mail)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


urlpatterns = [path("sprog/", language, name="language")]
