"""People who write over HTTP, and what the server has acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

TOKEN = "soaksoaksoaksoaksoaksoaksoaksoak"  # in the cookie and in the form, as Django compares the two
PATIENCE = 30
PAUSE = 0.2


@dataclass
class Ledger:
    """What was acknowledged: texts that must be there once, and the last text of a field."""

    questions: list[str] = field(default_factory=list)
    agreements: list[str] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)  # ids of agreements for which a course date was chosen
    courses: list[str] = field(default_factory=list)
    notes: str = ""  # the last that was saved
    notes_sent: str = ""  # the last that was sent; without an answer it may be there too
    errors: list[str] = field(default_factory=list)

    @property
    def writes(self) -> int:
        return len(self.questions) + len(self.agreements) + len(self.steps) + len(self.courses)


class Browser:
    """One person's browser: it sends a request until it is answered."""

    def __init__(self, port: int, session: str, ledger: Ledger, stopping: threading.Event) -> None:
        self.port, self.session, self.ledger, self.stopping = port, session, ledger, stopping

    def ask(self, method: str, path: str, body: str | bytes = b"", kind: str = "") -> tuple[int, str, str]:
        """Status, address to go to, and page. An answer of 503, or none, is asked again."""
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.next_port(), timeout=PATIENCE)
            headers = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "Content-Type": kind}
            try:
                connection.request(method, path, body or None, headers)
                answer = connection.getresponse()
                status, page = answer.status, answer.read().decode(errors="replace")
                if status == 500:
                    self.ledger.errors.append(f"{method} {path}: 500")
                elif status != 503:
                    return status, answer.getheader("Location", ""), page
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(PAUSE)

    def next_port(self) -> int:
        return self.port

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str, str]:
        body = urlencode(form | {"csrfmiddlewaretoken": TOKEN})
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")


def write_notes(browser: Browser, known: dict[str, Any]) -> None:
    """Write in the conversation's notes, as the page saves them."""
    ledger, path, number = browser.ledger, f"/samtaler/{known['conversation']}/", 0
    while not browser.stopping.wait(PAUSE):
        texts = json.loads(browser.ask("GET", f"{path}tekster/")[2])
        number += 1
        ledger.notes_sent = f"Vi talte om skemaet, {number}"
        form = {"field": "notes", "text": ledger.notes_sent, "seen-text": texts["fields"]["notes"]["mark"]}
        status = browser.post(f"{path}felt/", form)[0]
        if status == 200:
            ledger.notes = ledger.notes_sent
        elif status != 409:  # sent again after no answer, so that its own text stands there
            ledger.errors.append(f"notes: {status}")


def ask_questions(browser: Browser, known: dict[str, Any]) -> None:
    """Ask one question after the other about the ground rules, which tells the manager."""
    path, number = f"/runder/{known['round']}/regler/", 0
    while not browser.stopping.wait(PAUSE * 5):
        number += 1
        text = f"Hvem betaler nummer {number}?"
        status = browser.post(path, {"do": "ask", "text": text})[0]
        if status == 302:
            browser.ledger.questions.append(text)
        else:
            browser.ledger.errors.append(f"question: {status}")


def agree_and_choose(manager: Browser, coordinator: Browser, known: dict[str, Any]) -> None:
    """Agree one course after the other, and choose a course date for it."""
    ledger, path, number = manager.ledger, f"/samtaler/{known['conversation']}/", 0
    while not manager.stopping.wait(PAUSE * 5):
        number += 1
        title = f"Kursus nummer {number}"
        form = {"do": "agree", "kind": "course", "title": title}
        form |= {"planned_from": "2026-06-01", "planned_to": "2026-06-30", "estimated_price": "100"}
        status, address, page = manager.post(path, form)
        if status != 302:
            ledger.errors.append(f"agreement: {status} {_errors(page)}")
            continue
        ledger.agreements.append(title)
        pk = int(address.partition("agreed=")[2].partition("&")[0].partition("#")[0] or 0)
        if pk:
            status, _, page = coordinator.post(
                f"/aftaler/{pk}/", {"event": "choose_run", "run": str(known["run"]), "turn": "1"}
            )
            if status == 302:
                ledger.steps.append(pk)


def _errors(page: str) -> str:
    return page.partition('class="error"')[2][:200]


def import_courses(browser: Browser, known: dict[str, Any]) -> None:
    """Import one course after the other from a file: tried out, then written, each to its end."""
    number = 0
    while not browser.stopping.wait(PAUSE * 5):
        number += 1
        title = f"Lyt nummer {number}"
        head = (
            f'--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
            f'--b\r\nContent-Disposition: form-data; name="file"; filename="{number}.csv"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        body = f"{head}Titel;Udbyder\r\n{title};Huset {number}\r\n\r\n--b--\r\n".encode()
        status, address, _ = browser.ask("POST", "/kurser/import/", body, "multipart/form-data; boundary=b")
        if status != 302:
            browser.ledger.errors.append(f"import: {status}")
        elif _is_finished(browser, address):
            browser.post(f"{address}importer/", {})
            if _is_finished(browser, address) and "Importeret." in browser.ask("GET", address)[2]:
                browser.ledger.courses.append(title)


def _is_finished(browser: Browser, address: str) -> bool:
    """Wait until an import has ended. False: the soak ends first."""
    while not browser.stopping.wait(PAUSE * 5):
        if 'hx-trigger="every 2s"' not in browser.ask("GET", address)[2]:
            return True
    return False
