"""The Danish texts: add, merge, compile, check, prune. Only `merge` needs the system's gettext.

    python tools/messages.py add FILE.json   add or change texts: {"English": "dansk",
                                             "%(n)s day": {"plural": "%(n)s days", "da": ["%(n)s dag", "%(n)s dage"]}}
    python tools/messages.py merge           take over what Django's makemessages finds: new texts get an empty Danish,
                                             unused ones are dropped (`make messages`)
    python tools/messages.py compile         make the .mo files that Django reads
    python tools/messages.py check           report each text without Danish, with other placeholders, or without use
    python tools/messages.py prune           drop the texts that nothing uses

A plural may also be given as "%(n)s day": ["%(n)s dag", "%(n)s dage"] when the code or a template already has the
English plural form.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "udbytte"
DANISH = PACKAGE / "locale" / "da" / "LC_MESSAGES" / "django.po"
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "da",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*[\d.]*[a-zA-Z]|%[sdf]|\{\w*\}")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "lazy", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

# The context (nearly always empty) and the English identify a text.
Key = tuple[str, str]


def open_catalogue(path: Path = DANISH) -> polib.POFile:
    """The catalogue in `path`; an empty one when the file does not exist."""
    catalogue = polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)
    catalogue.metadata = dict(HEADER)
    return catalogue


def save(catalogue: polib.POFile, path: Path = DANISH) -> None:
    """Write the sorted texts and the compiled file beside them. Nobody can read a half-written file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    _replace(path, str(catalogue).rstrip("\n").encode() + b"\n")
    _replace(path.with_suffix(".mo"), catalogue.to_binary())


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_bytes(content)
    draft.replace(path)


@contextmanager
def locked(path: Path = DANISH) -> Iterator[None]:
    """Hold a lock, so that two processes do not change the texts at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.parent.parent / ".lock.tmp"
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def add(texts: dict[str, Any], path: Path = DANISH) -> list[str]:
    """Add `texts` to the catalogue and compile it. Returns the problems; if there are any, nothing is written."""
    used = extract()
    with locked(path):
        catalogue = open_catalogue(path)
        known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
        problems: list[str] = []
        for msgid, danish in texts.items():
            plural, forms = _forms(msgid, danish, used)
            entry = polib.POEntry(msgid=msgid, msgid_plural=plural)
            if len(forms) == 2:
                entry.msgstr_plural = dict(enumerate(forms))
            else:
                entry.msgstr = forms[0]
            problems += problems_of(entry, msgid, plural)
            if old := known.get(("", msgid)):
                catalogue.remove(old)
            catalogue.append(entry)
            known["", msgid] = entry
        if not problems:
            save(catalogue, path)
    return problems


def _forms(msgid: str, danish: Any, used: dict[Key, str]) -> tuple[str, list[str]]:
    """The English plural form (empty if there is none) and the Danish text or texts."""
    if isinstance(danish, str):
        return "", [danish]
    if isinstance(danish, dict):
        return str(danish["plural"]), [str(form) for form in danish["da"]]
    return used.get(("", msgid)) or msgid, [str(form) for form in danish]


def problems_of(entry: polib.POEntry, msgid: str, plural: str) -> list[str]:
    """The problems of one Danish text: it is empty, a form is missing, or its placeholders differ from the English."""
    if plural and not entry.msgstr_plural:
        return [f"{msgid!r} has a plural, its Danish has not."]
    if not plural and entry.msgstr_plural:
        return [f"{msgid!r} has no plural, its Danish has."]
    if not plural:
        if not entry.msgstr:
            return [f"{msgid!r} has no Danish."]
        wrong = set(PLACEHOLDER.findall(msgid)) ^ set(PLACEHOLDER.findall(entry.msgstr))
        return [f"{msgid!r}: {', '.join(sorted(wrong))} is only on one side."] if wrong else []
    if entry.msgid_plural != plural:
        return [f"{msgid!r} has the plural {plural!r}, the catalogue has {entry.msgid_plural!r}."]
    forms = entry.msgstr_plural
    if any(not forms.get(number) for number in (0, 1)):
        return [f"{msgid!r} misses one of its two Danish forms."]
    allowed = set(PLACEHOLDER.findall(msgid)) | set(PLACEHOLDER.findall(plural))
    wrong = (set(PLACEHOLDER.findall(forms[0])) - allowed) | (
        set(PLACEHOLDER.findall(plural)) ^ set(PLACEHOLDER.findall(forms[1]))
    )
    return [f"{msgid!r}: {', '.join(sorted(wrong))} is only on one side."] if wrong else []


def extract(package: Path = PACKAGE) -> dict[Key, str]:
    """Every text in the code and the templates, with its plural form (empty if it has none)."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py"))]
    templates = (path for folder in sorted(package.rglob("templates")) for path in sorted(folder.rglob("*")))
    sources += [_as_python(path) for path in templates if path.suffix in (".html", ".txt", ".svg", ".xml")]
    texts: dict[Key, str] = {}
    for source in sources:
        for key, plural in _texts(source):
            texts[key] = texts.get(key) or plural  # a text that is used with and without a number has a plural
    return texts


def _as_python(path: Path) -> str:
    """The Python that Django makes of a template for xgettext, without indents, because only the calls matter."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.lstrip() for line in source.splitlines()) + "\n"


def _texts(source: str) -> Iterator[tuple[Key, str]]:
    from babel.messages.extract import extract as extract_messages

    file = io.BytesIO(source.encode("utf-8"))
    for _line, message, _comments, context in extract_messages("python", file, KEYWORDS, options={"encoding": "utf-8"}):
        singular, plural = message if isinstance(message, tuple) else (message, "")
        if singular:
            yield (context or "", singular), plural


def check(path: Path = DANISH, package: Path = PACKAGE) -> list[str]:
    """A line for each text that is missing, wrong or unused."""
    used = extract(package)
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in open_catalogue(path)}
    problems: list[str] = []
    for key, plural in sorted(used.items()):
        entry = entries.get(key)
        problems += [f"{key[1]!r} has no Danish."] if entry is None else problems_of(entry, key[1], plural)
    return problems + [f"{key[1]!r} is used nowhere." for key in sorted(entries.keys() - used.keys())]


def prune(path: Path = DANISH) -> int:
    """Drop the texts that nothing uses. Returns how many."""
    used = extract()
    with locked(path):
        catalogue = open_catalogue(path)
        unused = [entry for entry in catalogue if (entry.msgctxt or "", entry.msgid) not in used]
        for entry in unused:
            catalogue.remove(entry)
        save(catalogue, path)
    return len(unused)


def extract_with_gettext(package: Path = PACKAGE) -> polib.POFile:
    """The texts that Django's `makemessages` finds. Raises CommandError if gettext is not installed."""
    from django.conf import settings
    from django.core.management.commands import makemessages

    templates: list[polib.POFile] = []

    class Extract(makemessages.Command):
        """`makemessages` with our keywords. It keeps what it finds in memory and writes no catalogue."""

        xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=lazy"]

        def write_po_file(self, potfile: str, locale: str) -> None:
            templates.append(polib.pofile(potfile))

    if not settings.configured:
        settings.configure()
    with chdir(package):
        options = {"extensions": ["html", "txt", "py"], "no_location": True, "add_location": None, "verbosity": 0}
        defaults = vars(Extract().create_parser("messages", "merge").parse_args(["--locale", "da"]))
        Extract().handle(**defaults | options)
    return templates[0]


def merge(path: Path = DANISH, package: Path = PACKAGE) -> tuple[int, int]:
    """Take over the texts that `makemessages` finds. Returns how many were added, without Danish, and dropped."""
    sources = {(entry.msgctxt or "", entry.msgid): entry for entry in extract_with_gettext(package)}
    with locked(path):
        catalogue = open_catalogue(path)
        known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
        unused = [entry for key, entry in known.items() if key not in sources]
        new = [source for key, source in sources.items() if key not in known]
        for entry in unused:
            catalogue.remove(entry)
        for source in new:
            forms = {0: "", 1: ""} if source.msgid_plural else {}
            entry = polib.POEntry(msgid=source.msgid, msgid_plural=source.msgid_plural, msgctxt=source.msgctxt)
            entry.msgstr_plural = forms
            catalogue.append(entry)
        save(catalogue, path)
    return len(new), len(unused)


def compile_all(locale: Path = PACKAGE / "locale") -> None:
    for path in sorted(locale.rglob("*.po")):
        _replace(path.with_suffix(".mo"), open_catalogue(path).to_binary())


def _say(problems: Iterable[str]) -> int:
    lines = list(problems)
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        print(f"messages: {len(lines)} to correct.", file=sys.stderr)
    return 1 if lines else 0


def main(arguments: list[str]) -> int:
    match arguments:
        case ["add", *files] if files:
            return max(_say(add(json.loads(Path(file).read_text(encoding="utf-8")))) for file in files)
        case ["merge"]:
            if not shutil.which("xgettext"):
                print(
                    "messages: gettext is missing. Debian and Ubuntu: sudo apt-get install -y gettext", file=sys.stderr
                )
                return 1
            new, dropped = merge()
            print(f"messages: {new} new, which need their Danish in {DANISH.relative_to(ROOT)}; {dropped} dropped.")
            return 0
        case ["compile"]:
            compile_all()
            return 0
        case ["check"]:
            return _say(check())
        case ["prune"]:
            print(f"messages: {prune()} dropped.")
            return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
