"""A PDF is made from any text, and is always tagged for screen readers (PDF/UA)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import typst
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from tests.browsing import enter
from tests.cast import Cast
from udbytte.models import Goal
from udbytte.services.papers.pdf import FOLDER, _fonts, _inputs, render_pdf, with_real_characters

WRITTEN = {
    "emoji": "Godt gået 😀 👍🏽 👩‍👩‍👧 🇩🇰 1️⃣",
    "bullets from Word": "\uf0b7 første \uf0a7 anden \uf0d8 tredje \uf0e0 så \uf0fc gjort \uf04a",
    "private use": "\ue000 \uf8ff \U000f0000 \U0010ffff",
    "Chinese, Japanese, Korean": "学习 学ぶ 배우다",
    "Arabic": "التعلم في العمل",
    "Hebrew": "ללמוד",
    "Thai": "เรียนรู้",
    "Tamil": "கற்றல்",
    "Amharic": "መማር",
    "Khmer, which has no font here": "រៀន",
    "signs": "→ ⇒ ➢ ✓ ☐ ☺ ▪ ❖ ≥ √ … ½",
    "no characters at all": "\ufffe \uffff \ufeff \u0378 \x07 \x0b \x1f \x7f \x85 \u2028",
    "a mark without its letter": "\u0301 a\u0378 \u200d \ufe0f",
    "Typst's own signs": "#set page(width: 1pt) $ ` @ <x> \\",
}


# What only the stand-in shows.
BOXES = {
    "Chinese, Japanese, Korean",
    "Khmer, which has no font here",
    "no characters at all",
    "a mark without its letter",
}


def facts_of_plan(text: str) -> dict[str, Any]:
    """A plan with the text in every place where people write."""
    agreement = {"title": text, "kind": text, "when": text, "lines": [text], "next": text}
    return {
        **dict.fromkeys(("over", "under", "foot", "goal", "sign", "next", "nothing", "no_course"), text),
        **dict.fromkeys(
            ("title", "loose_title", "no_course_title", "notes_title", "signatures_title"), f"Vores ord {text}"
        ),
        "goals": [
            {"text": text, "sign": text, "agreements": [agreement]},
            {"text": text, "sign": "", "agreements": []},
        ],
        "loose": [agreement],
        "notes": [{"said": text, "by": text}],
        "signatures": [{"said": text, "name": text, "role": text}],
    }


def plan_with(text: str, language: str = "da") -> bytes:
    return render_pdf("plan", facts_of_plan(text), language=language)


def facts_of_report(text: str) -> dict[str, Any]:
    words = (
        "over",
        "under",
        "foot",
        "questions_title",
        "flow_title",
        "reasons_title",
        "units_title",
        "units_said",
        "stalled_title",
    )
    return {
        **dict.fromkeys((*words, "note"), text),
        "title": f"Rapport {text}",
        "paragraphs": [{"head": text, "text": text}],
        "details": [text],
        **{f"{table}_head": [text] * width for table, width in TABLES.items()},
        **{table: [[text] * width] for table, width in TABLES.items()},
    }


def report_with(text: str) -> bytes:
    return render_pdf("report", facts_of_report(text), language="da")


TABLES = {"questions": 3, "flow": 4, "reasons": 2, "stalled": 4, "units": 10}


def is_for_screen_readers(made: bytes) -> bool:
    return made.startswith(b"%PDF-") and b"pdfuaid:part>1" in made


@pytest.mark.django_db
@pytest.mark.parametrize("written", sorted(WRITTEN))
def test_a_plan_comes_on_paper_whatever_is_written(cast: Cast, written: str) -> None:
    Goal.objects.create(plan=cast.plan, text=WRITTEN[written], sign=WRITTEN[written])
    answer = enter(cast.mette).get(reverse("plan-paper", args=[cast.plan.pk]))
    assert answer.status_code == 200 and is_for_screen_readers(answer.content)


@pytest.mark.parametrize("written", sorted(WRITTEN))
def test_a_report_comes_on_paper_whatever_is_written(written: str) -> None:
    assert is_for_screen_readers(report_with(WRITTEN[written]))


def has_note(template: str, facts: dict[str, Any]) -> bool:
    """Whether the document ends with a note about boxes."""
    answer = typst.query(
        str(FOLDER / f"{template}.typ"),
        "<about-boxes>",
        root=str(FOLDER),
        font_paths=_fonts(),
        sys_inputs=_inputs(facts, "da"),
    )
    return len(json.loads(answer)) == 1


@pytest.mark.parametrize("written", sorted(WRITTEN))
def test_a_document_says_that_boxes_are_in_place_of_characters_and_only_then(written: str) -> None:
    documents = {"plan": facts_of_plan(WRITTEN[written]), "report": facts_of_report(WRITTEN[written])}
    notes = {template: has_note(template, facts) for template, facts in documents.items()}
    assert notes == dict.fromkeys(documents, written in BOXES)


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(("da", "en")))
@example("\ud800", "da")
@example("\0", "da")
@example("", "en")
def test_any_text_comes_on_paper(text: str, language: str) -> None:
    assert is_for_screen_readers(plan_with(text, language))


def test_every_font_that_the_papers_name_is_there() -> None:
    """Some are fetched by tools/assets.py. A missing one is no error to Typst: its script would come as boxes."""
    source = (FOLDER / "paper.typ").read_text(encoding="utf-8")
    (listed,) = re.findall(r"#let fonts = \((.*?)\)", source, re.DOTALL)
    assert set(re.findall(r'"(.+?)"', listed)) <= set(_fonts().families())


def test_words_own_bullets_and_arrows_become_real_ones() -> None:
    assert with_real_characters("\uf0b7 a \uf0a7 b \uf0d8 c \uf0fc d \uf0e0 e \uf04a") == "• a ▪ b ➢ c ✓ d → e ☺"


def test_what_means_nothing_outside_its_own_font_is_shown_as_unknown_and_what_is_no_character_is_left_out() -> None:
    assert with_real_characters("a\uf8ff\ufffe\U000f0000b") == "a\ufffd\ufffd\ufffdb"
    assert with_real_characters("a\x07\x7fb\x0bc\r\nd\te") == "ab\nc\r\nd\te"
