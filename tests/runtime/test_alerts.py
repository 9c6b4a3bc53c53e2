"""The alert rules in docs/operate ask for figures that /metrics has, in a language that Prometheus reads."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from udbytte.models import FollowUpRun

RULES = Path(__file__).resolve().parents[2] / "docs" / "operate" / "alerts.yml"
NAME = re.compile(r"\budbytte_\w+")
TYPE = re.compile(r"^# TYPE (\w+) (\w+)$", re.MULTILINE)
OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


@pytest.mark.django_db
def test_the_rules_ask_for_what_there_is(settings: Settings) -> None:
    settings.CONFIG = replace(settings.CONFIG, metrics_token="k3J8s0dLw2Qz7Xv5Bn1M")
    now = timezone.now()
    FollowUpRun.objects.create(on=now.date(), finished_at=now)
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    text = Client(headers={"authorization": "Bearer k3J8s0dLw2Qz7Xv5Bn1M"}).get("/metrics").content.decode()
    there = set[str]()
    for name, kind in TYPE.findall(text):
        there |= {f"{name}{end}" for end in OF_A_HISTOGRAM} if kind == "histogram" else {name}
    asked = {name for rule in rules() for name in NAME.findall(rule["expr"])}
    assert asked and asked - there == set()


def test_each_rule_says_what_is_wrong_and_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "mend"} and all(rule["annotations"].values())


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (apt: prometheus)")
def test_prometheus_reads_the_rules() -> None:
    done = subprocess.run(["promtool", "check", "rules", str(RULES)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
