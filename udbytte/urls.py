"""All addresses: logging in under /konto/, everything else by subject in udbytte.web.urls."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("konto/", include("udbytte.web.account_pages"))]
if find_spec("udbytte.web.urls"):
    urlpatterns.append(path("", include("udbytte.web.urls")))
