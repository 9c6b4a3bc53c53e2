"""The questions of `udbytte setup`, and where their answers come from. It runs before there are settings."""

from __future__ import annotations

import getpass
import os
import secrets
import sys
import tomllib
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import config, key_files, settings_file
from .database_url import parse_database_url

YES, NO = ("yes", "y", "ja", "j"), ("no", "n", "nej")


class NoAnswer(Exception):
    """An answer is wrong or lacks, and nobody can be asked. The message is one line for people."""


@dataclass(frozen=True)
class Question:
    """One question. `setting` is where its answer is stored; an empty one is of the database."""

    key: str
    text: str
    setting: str = ""
    default: str = ""  # what counts if nobody answers; of a setting, its own default, which is not written
    proposal: str = ""  # what is proposed, and written if nobody can be asked
    needed: bool = True
    secret: bool = False
    check: Callable[[str], object] = str  # raises ValueError with a message for people


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], object]:
    def check(text: str) -> None:
        if text not in allowed:
            raise ValueError(f"it can be {', '.join(allowed)}")

    return check


def _https(text: str) -> None:
    if not text.startswith("https://") or len(text.split()) != 1 or "." not in text:
        raise ValueError("it must look like https://udbytte.example.dk")


def email_address(text: str) -> None:
    name, at, host = text.rpartition("@")
    if not (name and at and "." in host) or len(text.split()) != 1:
        raise ValueError("it must look like name@example.dk")


def _port(text: str) -> None:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ValueError("it must be a whole number from 1 to 65535")


def _yes_or_no(text: str) -> None:
    if text.lower() not in (*YES, *NO):
        raise ValueError("it can be yes or no")


def _path(text: str) -> None:
    if not Path(text).expanduser().exists():
        raise ValueError("there is no such file or folder")


OF_SETTINGS = (
    Question("organisation", "The name of the organisation", "UDBYTTE_ORGANISATION"),
    Question(
        "sector",
        f"Its sector ({', '.join(config.SECTORS)})",
        "UDBYTTE_SECTOR",
        config.SECTORS[0],
        check=_one_of(config.SECTORS),
    ),
    Question(
        "works-council",
        "What the works council is called, if it is neither MED-udvalg nor SU",
        "UDBYTTE_WORKS_COUNCIL",
        needed=False,
    ),
    Question(
        "language",
        "The language until a person chooses (da, en)",
        "UDBYTTE_LANGUAGE",
        "da",
        check=_one_of(config.LANGUAGES),
    ),
    Question("url", "The address that people will use, as https://udbytte.example.dk", "UDBYTTE_URL", check=_https),
    Question(
        "database",
        "The address of the database",
        "DATABASE_URL",
        proposal="postgresql:///udbytte?host=/var/run/postgresql",
        check=parse_database_url,
    ),
    Question("data", "The folder for files that can be made again", "UDBYTTE_DATA"),
    Question("mail-server", "The mail server", "UDBYTTE_SMTP_HOST"),
    Question("mail-port", "Its port", "UDBYTTE_SMTP_PORT", "587", check=_port),
    Question(
        "mail-security",
        "Its encryption (starttls, tls; none only for a mail server on this machine)",
        "UDBYTTE_SMTP_SECURITY",
        "starttls",
        check=_one_of(config.MAIL_SECURITY),
    ),
    Question("mail-user", "The user at the mail server, if it wants one", "UDBYTTE_SMTP_USER", needed=False),
    Question("mail-password", "The password of that user", "UDBYTTE_SMTP_PASSWORD", needed=False, secret=True),
    Question("mail-from", "The sender of all emails", "UDBYTTE_MAIL_FROM", check=email_address),
)
IMPORT = Question("import", "The file with the organisation, to import it now", needed=False, check=_path)
ADMINISTRATOR = Question("administrator", "The email of the first administrator", check=email_address)
ADMINISTRATOR_NAME = Question("administrator-name", "The name of this person")
HR = Question("hr", "The email of the first person in HR", check=email_address)
HR_NAME = Question("hr-name", "The name of this person in HR")
FIRST_ROUND = Question("first-round", "Make a draft of the first round (yes, no)", default="yes", check=_yes_or_no)
QUESTIONS = (*OF_SETTINGS, IMPORT, ADMINISTRATOR, ADMINISTRATOR_NAME, HR, HR_NAME, FIRST_ROUND)


class Answers:
    """Answers from options, then from the file of answers, then from whoever sits at the terminal."""

    def __init__(self, options: Mapping[str, object], *, asks: bool) -> None:
        file = options.get("answers")
        self.given = _read(Path(str(file))) if file else {}
        for question in QUESTIONS:
            value = options.get(question.key.replace("-", "_"))
            if value is not None:
                self.given[question.key] = str(value)
        self.asks = asks

    def to(self, question: Question, *, proposal: str = "") -> str:
        """The checked answer. Raises NoAnswer."""
        default = proposal or question.proposal or question.default
        if question.key in self.given:
            return self._checked(question, self.given[question.key])
        while self.asks:
            answer = _ask(question, default)
            try:
                return self._checked(question, answer)
            except NoAnswer as problem:
                print(f"  {problem}")
        if question.needed and not default:
            raise NoAnswer(f"--{question.key} lacks: {question.text[0].lower()}{question.text[1:]}.")
        return default

    def _checked(self, question: Question, answer: str) -> str:
        answer = answer.strip()
        if not answer:
            if question.needed:
                raise NoAnswer(f"--{question.key} needs an answer.")
            return ""
        try:
            question.check(answer)
        except ValueError as error:
            raise NoAnswer(f"--{question.key} cannot be {answer!r}: {error}.") from None
        return answer


def _ask(question: Question, default: str) -> str:
    hint = f" [{default}]" if default else "" if question.needed else " [none]"
    prompt = f"{question.text}{hint}: "
    answer = getpass.getpass(prompt) if question.secret else input(prompt)
    return answer.strip() or default


def _read(file: Path) -> dict[str, str]:
    try:
        with file.open("rb") as readable:
            rows = tomllib.load(readable)
    except OSError as error:
        raise NoAnswer(f"{file} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NoAnswer(f"{file} cannot be read: {error}.") from None
    known = {question.key for question in QUESTIONS}
    for name in rows:
        if name not in known:
            raise NoAnswer(f"{file}: {name} is no question. The questions are {', '.join(sorted(known))}.")
    return {name: ("yes" if row is True else "no" if row is False else str(row)) for name, row in rows.items()}


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--answers", metavar="FILE", help='a file of answers, one a line, as organisation = "Nordby"')
    parser.add_argument("--file", metavar="FILE", help=f"where the settings stand ({settings_file.USUAL})")
    parser.add_argument("--no-input", action="store_true", help="ask nothing; say what lacks")
    parser.add_argument("--test-mail", metavar="EMAIL", help="send a test email there")
    for question in QUESTIONS:
        metavar = question.key.rpartition("-")[2].upper()
        shown = SUPPRESS if question.secret else question.text  # a password on a command line is seen by others
        parser.add_argument(f"--{question.key}", metavar=metavar, help=shown)


def options_of(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(add_help=False)
    add_options(parser)
    return parser.parse_known_args(arguments)[0]


def can_ask(options: Mapping[str, object]) -> bool:
    return not options.get("no_input") and sys.stdin.isatty()


def write_settings(arguments: list[str]) -> None:
    """Ask for the settings that lack, write the file, and let this process use it. Ends with 2 if an answer lacks."""
    options = vars(options_of(arguments))
    try:
        answers = Answers(options, asks=can_ask(options))
        if options["file"]:
            os.environ[settings_file.NAME] = str(Path(options["file"]).expanduser().absolute())
        file = settings_file.place(os.environ) or settings_file.USUAL
        os.environ[settings_file.NAME] = str(file)
        before = settings_file.read(file) if file.exists() else {}
        known = settings_file.complete(os.environ, file=before)
        wanted = {} if known.get("UDBYTTE_MODE") else {"UDBYTTE_MODE": "production"}
        if not known.get("UDBYTTE_SECRET_KEY"):
            wanted["UDBYTTE_SECRET_KEY"] = secrets.token_urlsafe(64)
        for question in OF_SETTINGS:
            if question.secret and not (known | wanted).get("UDBYTTE_SMTP_USER") and question.key not in answers.given:
                continue
            if question.setting not in known or question.key in answers.given:
                answer = answers.to(question, proposal=_data_folder(file, question))
                if answers.asks or question.key in answers.given or answer != question.default:
                    wanted[question.setting] = answer
        if "UDBYTTE_SECRET_KEY" in wanted:
            _make_first_key(known | wanted)
        wanted = {name: value for name, value in wanted.items() if before.get(name) != value}
        if wanted:
            settings_file.write(file, wanted, heading=("The settings of Udbytte: docs/operate/settings.md",))
            print(f"Written: {file}")
    except (NoAnswer, settings_file.UnusableFile) as problem:
        print(f"udbytte setup: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    except (KeyboardInterrupt, EOFError):
        print("\nudbytte setup: stopped. Nothing is written; run it again when you like.", file=sys.stderr)
        raise SystemExit(130) from None


def _make_first_key(known: Mapping[str, str]) -> None:
    """The key of what people write. A later run makes none: what is stored may need the one that is lost."""
    if known.get("UDBYTTE_CONTENT_KEYS") or known.get("UDBYTTE_CONTENT_KEYS_FILE"):
        return
    file = Path(known.get("UDBYTTE_DATA") or config.DATA).expanduser().absolute() / key_files.FOLDER / "content"
    if file.exists():
        return
    try:
        key_files.read_content_keys(file, may_make=True)
    except ValueError as problem:
        raise settings_file.UnusableFile(f"{problem}.") from None
    print(f"Written: {file}. Keep a copy apart from the backups: without it, nobody can read what people write.")


def _data_folder(file: Path, question: Question) -> str:
    if question.setting != "UDBYTTE_DATA":
        return ""
    return "/var/lib/udbytte" if file == settings_file.USUAL else str(file.parent / "data")
