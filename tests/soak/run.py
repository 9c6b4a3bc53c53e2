"""One soak: kills from a seed while people write, and what is compared at the end."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from udbytte.runtime.content_cipher import cipher_of, parse_keys

from .clients import Browser, Ledger, agree_and_choose, ask_questions, import_courses, write_notes
from .installation import Installation
from .mail import MODES, MailServer

KILLS = {"worker": 3, "backend": 3, "postmaster": 2, "web": 1, "web child": 1, "follow-up": 1}
SECONDS_TO_SETTLE = 240.0  # a job of a killed worker is taken up within two minutes

LOG_IS_STATE = """
select count(*) from udbytte_agreement a
where a.turn <> (select count(*) from udbytte_logentry l where l.agreement_id = a.id)
or a.stage <> (select l.to_stage from udbytte_logentry l where l.agreement_id = a.id order by l.number desc limit 1)
"""
BUSY_IMPORTS = "select count(*) from udbytte_importrun where state in ('waiting', 'running')"
BUSY_JOBS = """
select count(*) from procrastinate_jobs where status = 'doing' and (worker_id is null or worker_id not in (
    select id from procrastinate_workers where last_heartbeat > now() - interval '1 minute'))
"""
UNSENT = "select count(*) from udbytte_email where sent_at is null and (expires_at is null or expires_at > now())"
WRITTEN = "select count(*) from udbytte_email"
TRY_NOW = "update udbytte_email set next_try_at = now() where sent_at is null and next_try_at > now()"


@dataclass
class Report:
    """What was killed, written and told, and what is wrong with it. Nothing is wrong where `wrong` is empty."""

    kills: Counter[str] = field(default_factory=Counter)
    written: int = 0
    emails: int = 0
    delivered_twice: int = 0
    slowest: dict[str, float] = field(default_factory=dict)  # by what was killed: seconds until pages answered again
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kills = ", ".join(f"{what} {count}" for what, count in sorted(self.kills.items()))
        slowest = ", ".join(f"{what} {seconds:.1f} s" for what, seconds in sorted(self.slowest.items()))
        return (
            f"{self.kills.total()} kills ({kills}); {self.written} acknowledged writes; {self.emails} emails sent,"
            f" {self.delivered_twice} delivered more than once; pages were back at the latest after: {slowest};"
            f" {len(self.wrong)} wrong" + "".join(f"\n  {line}" for line in self.wrong)
        )


def soak(
    data: Path,
    *,
    seed: int,
    kills: int,
    pause: float,
    outage: float,
    returns_within: float,
    in_order: Sequence[str] = (),
    waits_for_jobs: bool = True,
    web_processes: int = 2,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Kill `kills` times, about `pause` seconds apart; the database is away up to `outage` seconds.

    Pages have to answer `returns_within` seconds after it is back. What is killed is by chance, or `in_order`. Imports
    are made, and the end of all jobs is awaited, if it `waits_for_jobs`.
    """
    chance, mail, ledger, report = random.Random(seed), MailServer(), Ledger(), Report()
    installation = Installation(data, mail_port=mail.port, seed=seed, outage=outage, web_processes=web_processes)
    stopping, threads = threading.Event(), list[threading.Thread]()
    try:
        known = installation.start()
        people = {
            name: Browser(installation.port, session, ledger, stopping) for name, session in known["sessions"].items()
        }
        jobs: list[Callable[[], None]] = [
            lambda: write_notes(people["mette"], known),
            lambda: ask_questions(people["mette"], known),
            lambda: agree_and_choose(people["lars"], people["bente"], known),
        ]
        if waits_for_jobs:
            jobs.append(lambda: import_courses(people["hanne"], known))
        threads += [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        for number in range(kills):
            time.sleep(pause * chance.uniform(0.5, 1.5))
            mail.mode = chance.choice(MODES)
            what = in_order[number] if in_order else chance.choices(list(KILLS), list(KILLS.values()))[0]
            seconds = installation.kill(what)
            report.kills[what] += 1
            report.slowest[what] = max(seconds, report.slowest.get(what, 0))
            say(f"{number + 1}. {what} killed, back after {seconds:.1f} s; mail: {mail.mode}; {ledger.writes} writes")
        time.sleep(pause)
        mail.mode = "ok"
        stopping.set()
        for thread in threads:
            thread.join(180)
        if (seconds := report.slowest.get("postmaster", 0)) > returns_within:
            report.wrong.append(f"pages answered {seconds:.1f} s after the database was back")
        _compare(installation, mail, ledger, report, waits_for_jobs=waits_for_jobs)
    finally:
        stopping.set()
        installation.stop()
        mail.close()
    return report


def _compare(
    installation: Installation, mail: MailServer, ledger: Ledger, report: Report, *, waits_for_jobs: bool
) -> None:
    """What was acknowledged with what is there, and what was told with what arrived."""
    report.written = ledger.writes
    report.wrong += ledger.errors
    number = installation.ask
    if waits_for_jobs:
        _wait(installation, report, "imports are left hanging", lambda: number(BUSY_IMPORTS) == [(0,)])
        _wait(installation, report, "jobs are left hanging", lambda: number(BUSY_JOBS) == [(0,)])
    once(report, "question", ledger.questions, number("select text from udbytte_rulesquestion"))
    once(report, "agreement", ledger.agreements, number("select title from udbytte_agreement"))
    once(report, "course", ledger.courses, number("select title from udbytte_course where title like 'Lyt nummer%'"))
    chosen = number("select agreement_id from udbytte_logentry where event = 'choose_run'")
    once(report, "step", ledger.steps, chosen)
    ((notes,),) = number("select notes from udbytte_conversation order by id limit 1")
    notes = cipher_of(parse_keys((Path(installation.environ["UDBYTTE_DATA"]) / "keys/content").read_text())).decrypt(
        notes
    )
    if notes not in (ledger.notes, ledger.notes_sent):
        report.wrong.append(f"notes: {notes!r} instead of {ledger.notes!r}")
    if (broken := number(LOG_IS_STATE)) != [(0,)]:
        report.wrong.append(f"{broken} agreements differ from their log")
    _compare_emails(installation, mail, report)


def once(report: Report, what: str, acknowledged: Sequence[object], stored: list[tuple[object, ...]]) -> None:
    there = Counter(value for (value,) in stored)
    report.wrong += [f"{what} lost: {each}" for each in acknowledged if not there[each]]
    report.wrong += [f"{what} {count} times: {each}" for each, count in there.items() if count > 1]


def _compare_emails(installation: Installation, mail: MailServer, report: Report) -> None:
    """Every email that was written arrives; the weekly ones are written first."""
    installation.follow_up_a_week_on()

    def is_sent() -> bool:
        installation.ask(TRY_NOW)
        return installation.ask(WRITTEN) != [(0,)] and installation.ask(UNSENT) == [(0,)]

    _wait(installation, report, "emails are not sent", is_sent)
    sent = {
        message for (message,) in installation.ask("select message_id from udbytte_email where sent_at is not null")
    }
    report.emails = len(sent)
    report.wrong += [f"email never arrived: {message}" for message in sorted(sent - mail.arrived.keys())]
    # What was taken without an answer waits, and may have been composed anew since, as another email.
    unknown = mail.arrived.keys() - sent - mail.unanswered
    report.wrong += [f"email of nobody: {message}" for message in sorted(unknown)]
    report.delivered_twice = sum(count > 1 for count in mail.arrived.values())


def _wait(installation: Installation, report: Report, wrong: str, true: Callable[[], bool]) -> None:
    try:
        installation.until(true, SECONDS_TO_SETTLE)
    except TimeoutError:
        report.wrong.append(wrong)
