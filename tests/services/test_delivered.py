"""What Udbytte is delivered with is added where it is missing, and changes nothing that is there."""

from __future__ import annotations

from datetime import date

import pytest

from udbytte.domain.practice.method_files import delivered_methods
from udbytte.models import FundingSource, PracticeMethod
from udbytte.services.delivered import deliver_catalogue

pytestmark = pytest.mark.django_db


def test_what_is_missing_is_added() -> None:
    PracticeMethod.objects.filter(key="mentor").delete()
    FundingSource.objects.filter(key="municipal").delete()
    deliver_catalogue()
    mentor = PracticeMethod.objects.get(key="mentor")
    assert {name: getattr(mentor, name) for name in delivered_methods()["mentor"]} == dict(
        delivered_methods()["mentor"]
    )
    assert [method.key for method in PracticeMethod.objects.all()] == list(delivered_methods())
    municipal = FundingSource.objects.get(key="municipal")
    assert (municipal.limit, municipal.checked_on, municipal.kinds[0]) == (30_000, date(2026, 1, 1), "academy")


def test_what_an_organisation_has_changed_stays() -> None:
    PracticeMethod.objects.filter(key="mentor").update(summary_da="Vores egen ordning.", weeks=26, hidden=True)
    FundingSource.objects.filter(key="municipal").update(limit=25_000, hidden=True)
    FundingSource.objects.create(name="Vores egen pulje", applicant="employer")
    before = [list(model.objects.order_by("pk").values()) for model in (PracticeMethod, FundingSource)]
    deliver_catalogue()
    assert [list(model.objects.order_by("pk").values()) for model in (PracticeMethod, FundingSource)] == before
