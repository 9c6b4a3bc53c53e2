"""Measure the import of an organisation in a database of its own: seconds, CPU seconds of the process and of its
connection in PostgreSQL, and memory of the process. Only Linux says what the connection has used.

    python tools/bench_import.py [--employments 100000]

It imports one CSV three times, and then one in which every 50th person has moved and every 100th has left.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path


def cpu_of(process: int) -> float:
    """The CPU seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:13]) / os.sysconf("SC_CLK_TCK")


def measure(employments: int, folder: Path) -> None:
    from django.core.management import call_command
    from django.db import connection

    from udbytte.demo.bench_data import write_table
    from udbytte.imports.organisation.run import import_organisation
    from udbytte.models import Employment
    from udbytte.runtime.clock import today

    call_command("migrate", verbosity=0)
    first, second = folder / "first.csv", folder / "second.csv"
    write_table(first, employments)
    write_table(second, employments, moved=50, gone=100)
    print(
        f"{'import':12} {'seconds':>8} {'of CPU':>8} {'database':>9} {'both':>6} {'MB at most':>11}"
        "  new, changed, moved, left, unchanged"
    )
    for name, file in (("first", first), ("again", first), ("once more", first), ("changed", second)):
        connection.ensure_connection()
        database = connection.connection.info.backend_pid
        database_begun, begun, cpu_begun = cpu_of(database), time.perf_counter(), time.process_time()
        report = import_organisation(file, by=None, on=today())
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu_begun
        in_database = cpu_of(database) - database_begun
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        counted = report.counts["employments"]
        numbers = ", ".join(str(number) for number in counted.values())
        print(
            f"{name:12} {seconds:8.1f} {cpu:8.1f} {in_database:9.1f} {cpu + in_database:6.1f}"
            f" {megabytes:11.0f}  {numbers}"
        )
    print(f"{Employment.objects.count()} employments are in the database.")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--employments", type=int, default=100_000)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["UDBYTTE_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "udbytte.settings"
        os.environ.pop("DATABASE_URL", None)
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
        import django

        from udbytte.runtime import config, postgres

        postgres.ensure_database_or_exit(config.load())
        django.setup()
        try:
            measure(options.employments, Path(folder))
        finally:
            postgres.release_database(config.load())


if __name__ == "__main__":
    main()
