"""A dump shows no word of what people wrote; backups are encrypted, and a wrong key loses nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyrage
import pytest

from tests.runtime.installation import Installation
from tests.runtime.test_config import PRODUCTION, problems
from udbytte.runtime import config
from udbytte.runtime.postgres import BINARIES

pytestmark = [pytest.mark.slow, pytest.mark.own_clock]
CANARY = "Kanariefugl"
# Somebody with everything that a conversation and its agreements can hold, each text with a canary in it.
WRITE = f"""
import django; django.setup()
from datetime import date
from django.apps import apps
from django.utils.timezone import now
from django.test.utils import setup_test_environment
from tests.cast import make_cast
from udbytte.models import *
from udbytte.models.encrypted import EncryptedJSONField, EncryptedTextField
cast = make_cast()
agreement = cast.agree()
entry = agreement.log.get()
question = PreparationQuestion.objects.create(round=cast.round, position=99, text_da="Hvad?")
own = Preparation.objects.create(conversation=cast.conversation, author=cast.mette)
common = {{"by": cast.lars, "on": date(2026, 3, 2)}}
group = GroupConversation.objects.create(round=cast.round, manager=cast.lars, title="Gruppe")
talk = FollowUpTalk.objects.create(employment=cast.employment)
email = Email.objects.create(person=cast.mette, key="k", kind="digest", on=date(2026, 3, 2), to="m@x.dk", subject="",
    text="", message_id="<1@x>", next_try_at=now())
rows = [cast.conversation, own, cast.plan, group, agreement, email, entry,
    Answer(preparation=own, question=question),
    SetAside(conversation=cast.conversation, field="notes", at=now()),
    EarlierText(conversation=cast.conversation, field="notes", by=cast.lars, at=now()),
    Goal(plan=cast.plan), GroupGoal(group=group),
    Outcome(agreement=agreement, newness="much", in_use="daily", told_on=date(2026, 3, 2)),
    Observation(agreement=agreement, **common),
    CheckIn(agreement=agreement, by=cast.mette, asked_on=date(2026, 3, 2)),
    WrittenAnswer(agreement=agreement, event="tell", turn=1, **common),
    AgendaItem(talk=talk, added_on=date(2026, 3, 2)),
    Press(entry=entry, by=cast.mette, until=now(), after="x"),
    Nomination(agreement=agreement, **common),
    Overrun(agreement=agreement, granted_price=1, price=2, owner=cast.birgit, due=date(2026, 3, 9), **common),
    FundingApplication(agreement=agreement, source=FundingSource.objects.first(), amount=1, owner=cast.lars,
        due=date(2026, 3, 9), created_on=date(2026, 3, 2)),
    Notification(person=cast.mette, cause="c", kind="step", on=date(2026, 3, 2)),
    PlanNote(plan=cast.plan, by=cast.mette, on=date(2026, 3, 2)),
    LegalHold(person=cast.mette, placed_by=cast.hanne, placed_on=date(2026, 3, 2)),
]
left = {{model for model in apps.get_models() if any(
    isinstance(field, (EncryptedTextField, EncryptedJSONField)) for field in model._meta.local_fields)}}
cast.conversation.declined_on, cast.plan.employee_signed_on, cast.plan.manager_signed_on = [date(2026, 3, 2)] * 3
cast.conversation.held_on = cast.conversation.planned_at = None
for row in rows:
    left.discard(type(row))
    for field in row._meta.local_fields:
        if isinstance(field, EncryptedTextField):
            setattr(row, field.name, "{CANARY}")
        if isinstance(field, EncryptedJSONField):
            setattr(row, field.name, {{"goals": [{{"text": "{CANARY}"}}], "number": 7}})
    if isinstance(row, LogEntry):
        LogEntry(agreement=agreement, number=2, on=date(2026, 3, 2), event="tell", to_stage="x", facts=row.facts).save()
    else:
        row.save()
assert not left, left
"""
READ = """
import django; django.setup()
from udbytte.models import Conversation, Email, LogEntry
print(Conversation.objects.get().notes, Email.objects.get().text, LogEntry.objects.get(number=2).facts)
"""


def findings(installation: Installation) -> dict[str, dict[str, str]]:
    return {each["name"]: each for each in json.loads(installation.run("doctor", "--json").stdout)}


def test_a_dump_shows_no_word_and_the_doctor_finds_what_is_wrong_with_the_keys(
    installation: Installation, tmp_path: Path
) -> None:
    done = installation.python(WRITE)
    assert done.returncode == 0, done.stderr[-3000:]
    dump = tmp_path / "plain.sql"
    file = tmp_path / "backup.dump"
    assert installation.run("backup", str(file)).returncode == 0
    done = installation._run([str(BINARIES / "pg_restore"), f"--file={dump}", str(file)])
    assert done.returncode == 0, done.stderr
    text = dump.read_text()
    assert "Mette" in text and text.count("e1:") > 25
    assert CANARY not in text

    keys = Path(installation.environ["UDBYTTE_DATA"]) / "keys" / "content"
    assert findings(installation)["keys"]["ok"]
    keys.chmod(0o640)
    assert findings(installation)["keys"]["mend"] == f"Run: chmod 600 {keys}"
    keys.chmod(0o600)

    away = shutil.move(keys, tmp_path / "away")  # in this mode another one is made
    wrong = findings(installation)["keys"]
    assert "not all opens: udbytte_" in wrong["seen"] and wrong["mend"].startswith("Add the key that is missing")
    done = installation.python(READ)
    assert done.returncode == 1 and "not among the keys of UDBYTTE_CONTENT_KEYS" in done.stderr
    keys.write_text(f"{keys.read_text()}\n{Path(away).read_text()}")  # both: the new one writes, the old one reads
    assert installation.python(READ).stdout.count(CANARY) == 3
    assert findings(installation)["keys"]["ok"]
    done = installation.run("rotate-keys", "--json")
    assert (done.returncode, json.loads(done.stdout)["left"]) == (0, 0)
    keys.write_text(keys.read_text().splitlines()[0])
    assert installation.python(READ).stdout.count(CANARY) == 3


def test_an_encrypted_backup_comes_back_with_its_key_and_not_without(
    installation: Installation, tmp_path: Path
) -> None:
    identity, stranger = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    right, wrong, file = tmp_path / "right.txt", tmp_path / "wrong.txt", tmp_path / "backup.dump.age"
    right.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    wrong.write_text(str(stranger))
    environ = {**installation.environ, "UDBYTTE_BACKUP_RECIPIENTS": str(identity.to_public())}
    done = Installation(environ).run("backup", str(file))
    assert (done.returncode, file.read_bytes()[:21]) == (0, b"age-encryption.org/v1"), done.stderr
    assert f"encrypted for {identity.to_public()}" in done.stdout
    installation.do("create table later (id int)")

    for options, said in (
        ((), "is encrypted; name the file with its secret key: --key-file FILE."),
        (("--key-file", str(wrong)), f"is not opened by the key in {wrong} (No matching keys found)."),
        (("--key-file", str(file)), "is not a file of secret keys, as age-keygen writes it."),
        (("--key-file", str(tmp_path / "none")), "cannot be read (No such file or directory)."),
    ):
        done = installation.run("restore", str(file), "--yes", *options)
        assert done.returncode == 1 and done.stderr.strip().endswith(said), done.stderr
    cut = tmp_path / "cut.age"
    cut.write_bytes(file.read_bytes()[:-1000])
    done = installation.run("restore", str(cut), "--yes", "--key-file", str(right))
    assert done.returncode == 1 and done.stderr.strip().endswith("is damaged or cut off (decryption error)."), (
        done.stderr
    )
    assert installation.ask("select to_regclass('later')") == [("later",)]

    done = installation.run("restore", str(file), "--yes", "--key-file", str(right))
    assert (done.returncode, done.stderr) == (0, "")
    assert installation.ask("select to_regclass('later')") == [(None,)]


def test_production_does_not_start_without_its_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "content"
    without = {key: value for key, value in PRODUCTION.items() if key != "UDBYTTE_CONTENT_KEYS"}
    environ = without | {"UDBYTTE_DATA": str(tmp_path)}
    (missing,) = problems(environ)
    assert missing.startswith(f"UDBYTTE_CONTENT_KEYS_FILE: {file} is missing.") and not file.exists()
    file.parent.mkdir()
    file.write_text("short")
    assert problems(environ) == [
        f"UDBYTTE_CONTENT_KEYS_FILE: {file} cannot be used: key 1 is not 32 random bytes in base64."
    ]
    file.write_text(PRODUCTION["UDBYTTE_CONTENT_KEYS"])
    read = config.read(environ)
    assert read.content_keys == (PRODUCTION["UDBYTTE_CONTENT_KEYS"],)
    assert PRODUCTION["UDBYTTE_CONTENT_KEYS"] not in repr(read) and PRODUCTION["UDBYTTE_SECRET_KEY"] not in repr(read)
    assert problems(PRODUCTION | {"UDBYTTE_CONTENT_KEYS_FILE": str(file)}) == [
        "UDBYTTE_CONTENT_KEYS and UDBYTTE_CONTENT_KEYS_FILE are both set; take one away."
    ]
    secret = str(pyrage.x25519.Identity.generate())
    (problem,) = problems(PRODUCTION | {"UDBYTTE_BACKUP_RECIPIENTS": secret})
    assert "a secret key, which belongs where backups are restored" in problem and secret not in problem
