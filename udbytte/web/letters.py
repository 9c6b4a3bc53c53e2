"""The demo's mailbox: the letters people get, to be read there and nowhere else."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from ..models import Letter


@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """All letters of the demo, the newest first."""
    if settings.MODE != "demo":
        raise Http404
    letters = Letter.objects.select_related("person").order_by("-created_at", "-pk")
    who = request.GET.get("person", "")
    if who.isdigit():
        letters = letters.filter(person=int(who))
    page = Paginator(letters, 20).get_page(request.GET.get("page"))
    return render(request, "letters/mailbox.html", {"page": page, "who": who})


urlpatterns = [path("postkasse/", mailbox, name="mailbox")]
