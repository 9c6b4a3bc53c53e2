"""`udbytte retention` shows what would go and erases it; the manual has what `udbytte datamap` prints."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.cast import TODAY, Cast
from tests.services.privacy.leaver import WORD, leave, tables_with, write_about_mette
from udbytte.models import AuditEntry, AuditKind, LegalHold
from udbytte.services.people.audit import note

PRIVACY = Path(__file__).resolve().parents[2] / "docs" / "operate" / "privacy"


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("page", "option"), [("data-map.md", []), ("events.md", ["--events"])])
def test_the_manuals_page_is_as_the_code_is(page: str, option: list[str]) -> None:
    fresh = printed("datamap", *option)
    assert (PRIVACY / page).read_text(encoding="utf-8") == fresh, f"udbytte datamap {' '.join(option)} > {page}"


@pytest.mark.django_db
def test_a_dry_run_says_what_would_go_and_writes_nothing(cast: Cast) -> None:
    write_about_mette(cast)
    note(AuditKind.LOGIN, by=cast.mette, about=cast.mette, on=date(2020, 1, 1))
    facts = json.loads(printed("retention", "--dry-run", "--json", "--on", "2029-03-03"))
    due = {row["part"]: row["due"] for row in facts["parts"]}
    assert (facts["on"], due["conversations"], due["audit"], due["people"]) == ("2029-03-03", 1, 1, 0)
    assert "audit" in printed("retention", "--dry-run")
    assert AuditEntry.objects.filter(on=date(2020, 1, 1)).exists()
    assert json.loads(printed("retention", "--json"))["audit"] == 1
    assert not AuditEntry.objects.filter(on=date(2020, 1, 1)).exists()


@pytest.mark.django_db
def test_one_who_has_left_and_asks_is_erased_unless_held(cast: Cast) -> None:
    write_about_mette(cast)
    asked = f"--person=#{cast.mette.pk}"
    for wrong in (asked, "--person=#999999", "--person=Mette"):
        with pytest.raises(CommandError):
            printed("retention", wrong)
    leave(cast, TODAY - timedelta(days=1))
    hold = LegalHold.objects.create(person=cast.mette, reason="Sag", placed_by=cast.hanne, placed_on=TODAY)
    with pytest.raises(CommandError):
        printed("retention", asked)
    hold.delete()
    printed("retention", asked)
    assert tables_with(WORD) == set()
    assert AuditEntry.objects.get(kind=AuditKind.RETENTION).about_id == cast.mette.pk
