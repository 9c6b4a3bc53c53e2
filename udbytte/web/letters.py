"""The demo's mailbox: the letters people get, to be read there and nowhere else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from ..domain.numbers import int_from
from ..models import Letter
from ..queries.demo import has_mailbox


@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """All letters of the demo, the newest first."""
    if not has_mailbox():
        raise Http404
    letters = Letter.objects.select_related("person").order_by("-created_at", "-pk")
    who = request.GET.get("person", "")
    person = int_from(who)
    if person is not None:
        letters = letters.filter(person=person)
    page = Paginator(letters, 20).get_page(request.GET.get("page"))
    return render(request, "letters/mailbox.html", {"page": page, "who": who})


# A letter carries its style inline; nothing in it runs, loads, sends or is framed.
LETTER_MAY = (
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)


@login_not_required
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter of the demo as it looks in the mail, which needs its style inline. Nothing may run or load here."""
    if not has_mailbox():
        raise Http404
    found = get_object_or_404(Letter.objects.exclude(html=""), pk=pk)
    response = HttpResponse(found.html)
    response["Content-Security-Policy"] = "; ".join(LETTER_MAY)
    return response


urlpatterns = [path("postkasse/", mailbox, name="mailbox"), path("postkasse/<int:pk>/", letter, name="letter")]
