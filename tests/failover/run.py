"""The machine of the database is lost while people write: what is lost then, and for how long nobody can save."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from tests.soak.clients import Browser, Ledger, agree_and_choose, ask_questions, write_notes
from tests.soak.mail import MailServer
from tests.soak.run import LOG_IS_STATE, TRY_NOW, Report, once

from .installation import TwoMachines, is_ready

WORKERS = 2
SECONDS_TO_SETTLE = 240.0
SECONDS_BETWEEN_LOOKS = 0.1
SLOW_MAIL = 0.05  # seconds for one email, so that some are under way when the database dies
EMAILS = """
insert into udbytte_email (person_id, key, kind, "on", "to", subject, text, html, calendar, message_id, created_at,
    next_try_at, tries, error)
select p.id, 'failover:' || n, 'provider', current_date, 'kursus@example.test', 'Tilmelding', 'Nummer ' || n, '', '',
    '<failover-' || n || '@example.test>', now(), now(), 0, ''
from generate_series(1, {number}) n, (select id from udbytte_person order by id limit 1) p
"""
UNSENT = "select count(*) from udbytte_email where sent_at is null and key like 'failover:%'"


@dataclass
class FailoverReport(Report):
    """What `Report` has, and the seconds of the loss. `wrong` is empty where nothing was lost or doubled."""

    promoted_after: float = 0.0  # the decision, and `pg_ctl promote`
    ready_after: float = 0.0  # from the promotion until both web servers answer
    saved_after: float = 0.0  # from the loss until somebody's save is acknowledged again
    before: int = 0  # acknowledged writes when the machine was lost

    def __str__(self) -> str:
        return (
            f"{self.written} acknowledged writes ({self.before} before the loss), {self.emails} emails,"
            f" {self.delivered_twice} delivered twice; promoted {self.promoted_after:.1f} s after the loss; both web"
            f" servers ready {self.ready_after:.1f} s after that; nobody could save for {self.saved_after:.1f} s;"
            f" {len(self.wrong)} wrong" + "".join(f"\n  {line}" for line in self.wrong)
        )


class EverywhereBrowser(Browser):
    """A browser behind a load balancer: each try goes to the other web server."""

    def __init__(self, ports: tuple[int, ...], session: str, ledger: Ledger, stopping: threading.Event) -> None:
        super().__init__(ports[0], session, ledger, stopping)
        self.ports = cycle(ports)

    def next_port(self) -> int:
        return next(self.ports)


class SlowMailServer(MailServer):
    """One that takes its time, and everything."""

    def _answer(self, *command: object) -> bool:
        if command[1] == b"DATA":
            time.sleep(SLOW_MAIL)
        return super()._answer(*command)  # type: ignore[arg-type]


def failover(
    data: Path, *, seconds: float, decides_after: float, emails: int, say: Callable[[str], None] = lambda _: None
) -> FailoverReport:
    """Let people write for `seconds`, lose the primary, promote the standby `decides_after` seconds later, go on."""
    mail, ledger, report = SlowMailServer(), Ledger(), FailoverReport()
    installation, stopping = TwoMachines(data, mail_port=mail.port), threading.Event()
    threads: list[threading.Thread] = []
    try:
        known = installation.start()
        say("two web servers, two workers, a primary and a synchronous standby run")
        people = {
            name: EverywhereBrowser(installation.ports, session, ledger, stopping)
            for name, session in known["sessions"].items()
        }
        jobs: tuple[Callable[[], None], ...] = (
            lambda: write_notes(people["mette"], known),
            lambda: ask_questions(people["jonas"], known),
            lambda: agree_and_choose(people["lars"], people["bente"], known),
        )
        threads += [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        installation.ask(EMAILS.format(number=emails))
        installation.until(lambda: len(mail.arrived) > emails // 10, SECONDS_TO_SETTLE)
        _lose(installation, ledger, report, decides_after, say)
        time.sleep(seconds)
        stopping.set()
        for thread in threads:
            thread.join(180)
        _compare(installation, mail, ledger, report)
    finally:
        stopping.set()
        installation.stop()
        mail.close()
    return report


def _lose(
    installation: TwoMachines, ledger: Ledger, report: FailoverReport, decides_after: float, say: Callable[[str], None]
) -> None:
    report.before, notes = ledger.writes, ledger.notes
    lost = time.monotonic()
    installation.primary.kill()
    say(f"the primary is killed after {report.before} acknowledged writes")
    time.sleep(decides_after)
    notes = ledger.notes  # what was on its way when the machine was lost has been answered by now
    installation.standby.control("promote")
    promoted = time.monotonic()
    report.promoted_after = promoted - lost
    installation.until(lambda: ledger.notes != notes, SECONDS_TO_SETTLE)
    report.saved_after = time.monotonic() - lost
    for port in installation.ports:
        installation.until(lambda port=port: is_ready(port), SECONDS_TO_SETTLE)  # type: ignore[misc]
    report.ready_after = time.monotonic() - promoted
    say(f"saved again {report.saved_after:.1f} s after the loss")


def _compare(installation: TwoMachines, mail: MailServer, ledger: Ledger, report: FailoverReport) -> None:
    """What was acknowledged with what the new primary has, and what was to be sent with what arrived."""
    report.written = ledger.writes
    report.wrong += ledger.errors
    number = installation.ask
    once(report, "question", ledger.questions, number("select text from udbytte_rulesquestion"))
    once(report, "agreement", ledger.agreements, number("select title from udbytte_agreement"))
    chosen = number("select agreement_id from udbytte_logentry where event = 'choose_run'")
    once(report, "step", ledger.steps, chosen)
    ((notes,),) = number("select notes from udbytte_conversation order by id limit 1")
    if notes not in (ledger.notes, ledger.notes_sent):
        report.wrong.append(f"notes: {notes!r} instead of {ledger.notes!r}")
    if (broken := number(LOG_IS_STATE)) != [(0,)]:
        report.wrong.append(f"{broken} agreements differ from their log")

    def is_sent() -> bool:
        number(TRY_NOW)
        return number(UNSENT) == [(0,)]

    try:
        installation.until(is_sent, SECONDS_TO_SETTLE)
    except TimeoutError:
        report.wrong.append(f"emails are not sent: {number(UNSENT)}")
    written = {message for (message,) in number("select message_id from udbytte_email where key like 'failover:%'")}
    report.emails = len(written)
    report.wrong += [f"email never arrived: {message}" for message in sorted(written - mail.arrived.keys())]
    report.delivered_twice = sum(mail.arrived[message] > 1 for message in written)
    # The mail server took it, and the database died before that was written: one for each worker at most.
    if report.delivered_twice > WORKERS or any(mail.arrived[message] > 2 for message in written):
        report.wrong.append(f"{report.delivered_twice} emails were delivered more than once")
