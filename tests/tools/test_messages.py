"""The tool for the Danish texts finds texts that are missing, unused or have other placeholders than the English."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import polib
import pytest
from django.utils.translation import gettext, override

from tools import messages


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with two texts in code and two in a template."""
    package = tmp_path / "package"
    (package / "templates").mkdir(parents=True)
    (package / "code.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        'TITLE = _("Your next step")\n'
        'DAYS = ngettext("%(n)s day left", "%(n)s days left", 2)\n'
    )
    (package / "templates" / "page.html").write_text(
        "{% load i18n %}\n  <p title=\"it's\">{% translate 'Save' %}\n      {# no text #}\n"
        "{% blocktranslate trimmed with name=person.name %}\n  You and {{ name }}\n  agreed.\n{% endblocktranslate %}"
    )
    return package


COMPLETE = {
    "Your next step": "Dit næste skridt",
    "%(n)s day left": {"plural": "%(n)s days left", "da": ["%(n)s dag tilbage", "%(n)s dage tilbage"]},
    "Save": "Gem",
    "You and %(name)s agreed.": "Du og %(name)s blev enige.",
}


needs_gettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")


def test_texts_are_found_in_code_and_templates(package: Path) -> None:
    assert messages.extract(package) == {
        ("", "Your next step"): "",
        ("", "%(n)s day left"): "%(n)s days left",
        ("", "Save"): "",
        ("", "You and %(name)s agreed."): "",
    }


def test_added_texts_are_sorted_and_compiled(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "da" / "LC_MESSAGES" / "django.po"
    assert messages.add(COMPLETE, path) == []
    assert messages.check(path, package) == []
    assert [entry.msgid for entry in polib.pofile(str(path))] == sorted(COMPLETE)
    compiled = polib.mofile(str(path.with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled if entry.msgid == "Save"} == {"Save": "Gem"}
    before = path.read_bytes()
    assert messages.add({"Save": "Gem"}, path) == []
    assert path.read_bytes() == before


@needs_gettext
def test_merge_adds_new_texts_without_danish_and_drops_unused_ones(package: Path, tmp_path: Path) -> None:
    (package / "locale").mkdir()
    path = tmp_path / "django.po"
    messages.add({"Save": "Gem", "Cancel": "Fortryd"}, path)
    assert messages.merge(path, package) == (3, 1)
    catalogue = polib.pofile(str(path))
    assert {entry.msgid: (entry.msgid_plural, entry.msgstr) for entry in catalogue} == {
        "%(n)s day left": ("%(n)s days left", ""),
        "Save": ("", "Gem"),
        "You and %(name)s agreed.": ("", ""),
        "Your next step": ("", ""),
    }
    assert [entry.msgid for entry in catalogue] == sorted(COMPLETE)
    assert messages.check(path, package) == [
        "'%(n)s day left' misses one of its two Danish forms.",
        "'You and %(name)s agreed.' has no Danish.",
        "'Your next step' has no Danish.",
    ]
    assert messages.merge(path, package) == (0, 0)


@needs_gettext
def test_gettext_and_our_own_reader_find_the_same_texts() -> None:
    by_gettext = {(text.msgctxt or "", text.msgid): text.msgid_plural for text in messages.extract_with_gettext()}
    assert by_gettext == messages.extract()


def test_missing_and_unused_texts_are_reported(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    messages.add({key: text for key, text in COMPLETE.items() if key != "Save"} | {"Cancel": "Fortryd"}, path)
    assert messages.check(path, package) == ["'Save' has no Danish.", "'Cancel' is used nowhere."]


@pytest.mark.parametrize(
    ("msgid", "danish", "problem"),
    [
        ("Save", "", "'Save' has no Danish."),
        ("%(n)s of %(m)s", "%(n)s", "'%(n)s of %(m)s': %(m)s is only on one side."),
        ("Hello {name}", "Hej {navn}", "'Hello {name}': {name}, {navn} is only on one side."),
        (
            "%(n)s day",
            {"plural": "%(n)s days", "da": ["en dag", ""]},
            "'%(n)s day' misses one of its two Danish forms.",
        ),
        ("%(n)s day", {"plural": "%(n)s days", "da": ["en dag", "dage"]}, "'%(n)s day': %(n)s is only on one side."),
    ],
)
def test_a_wrong_text_is_refused_and_nothing_is_written(
    msgid: str, danish: object, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "django.po"
    assert messages.add({msgid: danish}, path) == [problem]
    assert not path.exists()


def test_a_singular_may_leave_out_the_number(tmp_path: Path) -> None:
    texts = {"%(n)s day": {"plural": "%(n)s days", "da": ["en dag", "%(n)s dage"]}}
    assert messages.add(texts, tmp_path / "django.po") == []


def test_english_shows_the_text_itself_and_does_not_fall_back_to_danish() -> None:
    with override("en"):
        assert gettext("Danish") == "Danish"
    with override("da"):
        assert gettext("Danish") == "Dansk"


def test_no_text_is_asked_for_inside_an_f_string() -> None:
    """Neither gettext nor our own reader looks there, so a text would have no Danish and nobody would be told."""
    found = [
        f"{path.relative_to(messages.ROOT)}:{call.lineno}"
        for path in sorted(messages.PACKAGE.rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"_", *messages.KEYWORDS}
    ]
    assert found == []
