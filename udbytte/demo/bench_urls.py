"""The addresses while speed is measured: all pages, and a bare one to compare them with. Nowhere else in use."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from udbytte.models import Person


def bare(request: HttpRequest) -> HttpResponse:
    """The least that a page can be: login check, one query of 50 rows, the base template."""
    rows = list(Person.objects.order_by("pk")[:50])
    return render(request, "base.html", {"rows": rows})


urlpatterns = [
    path("maaling/", bare, name="bare"),
    path("", include("udbytte.urls")),
]
