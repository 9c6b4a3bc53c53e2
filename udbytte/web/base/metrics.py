"""`/metrics` for Prometheus, and the middleware that counts requests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from udbytte.queries.metrics import installation_metrics
from udbytte.runtime.config import Network
from udbytte.runtime.metrics_folder import VARIABLE

COUNTED = CollectorRegistry()
REQUESTS = Counter(
    "udbytte_requests", "Requests by the name of the page and the status.", ["page", "status"], registry=COUNTED
)
SECONDS = Histogram(
    "udbytte_request_seconds",
    "How long requests took, by kind of page.",
    ["kind"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=COUNTED,
)
NO_PAGE = "none"  # a file, a wrong host, an address that is no page


class MetricsMiddleware:
    """Counts each request, and how long it took, under the name of its page. It notes nothing about people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        page, kind = NO_PAGE, NO_PAGE
        if match is not None:
            page, kind = match.url_name or NO_PAGE, kind_of(match.func.__module__)
        REQUESTS.labels(page, response.status_code).inc()
        SECONDS.labels(kind).observe(time.perf_counter() - begun)
        return response


def kind_of(module: str) -> str:
    """The subject of a page: the folder of its view in `web`, or its wing; pages of logging in are "accounts"."""
    names = module.split(".")
    if names[0] != "udbytte":
        return "accounts" if names[0] == "allauth" else NO_PAGE
    return names[2] if names[1] == "web" else names[1]


class _Installation(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from installation_metrics(timezone.now())


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What all web processes of this machine have counted, and the figures of the installation.

    404 to everybody whom the settings do not name.
    """
    if not may_read(request):
        return HttpResponse("not found\n", content_type="text/plain", status=404)
    registry = CollectorRegistry()
    registry.register(_Installation())
    if VARIABLE in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = generate_latest(registry)
    else:  # there is only this process
        text = generate_latest(registry) + generate_latest(COUNTED)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Whether the request has the token and comes from the networks that are set; nobody may if neither is set.

    Each address that it came through counts: the one that connects, and all in X-Forwarded-For. A header that somebody
    invents can only add addresses, and so opens nothing.
    """
    token, networks = settings.CONFIG.metrics_token, settings.CONFIG.metrics_from
    if not token and not networks:
        return False
    if token and not constant_time_compare(request.headers.get("authorization", ""), f"Bearer {token}"):
        return False
    forwarded = request.headers.get("x-forwarded-for", "")
    addresses = [request.META.get("REMOTE_ADDR", ""), *(forwarded.split(",") if forwarded else [])]
    return not networks or all(_is_in(address.strip(), networks) for address in addresses)


def _is_in(text: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in networks)


urlpatterns = [
    path("metrics", metrics, name="metrics"),
]
