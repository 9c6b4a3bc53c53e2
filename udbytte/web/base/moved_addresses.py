"""Addresses that have a new name. Emails keep leading to the old ones for as long as their links work."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import path, re_path
from django.views.decorators.http import require_safe

# The old and the new beginning of an address, or a whole part of it.
MOVED = {
    "/kursusbordet/": "/kursusopgaver/",
    "/staar-stille/": "/gaaet-i-staa/",
    "/budget/stedfortraeder/": "/budget/mens-du-er-vaek/",
    "/orlov/": "/fravaer/",
    "/hold/fra-sidste-runde/": "/medarbejdere/fra-forrige-runde/",
    "/hold/": "/medarbejdere/",
}


@login_not_required  # it reads nothing; the new address asks for the login
@require_safe
def moved(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Lead to the new address, with the same rest and the same query."""
    address = request.get_full_path()
    old = next(old for old in MOVED if old in address)
    return HttpResponsePermanentRedirect(address.replace(old, MOVED[old], 1))


urlpatterns = [
    re_path(r"^(?:kursusbordet|staar-stille|budget/stedfortraeder|hold)/", moved),
    path("organisation/ansaettelse/<int:pk>/orlov/", moved),
]
