"""All addresses: logging in under /konto/, everything else by subject in udbytte.web.urls."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("konto/", include("udbytte.web.account_pages")),
    path("", include("udbytte.web.urls")),
]
