"""Measure the import of an organisation, in seconds and memory of the process, in a database of its own.

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


def measure(employments: int, folder: Path) -> None:
    from django.core.management import call_command

    from udbytte.demo.bench_data import write_table
    from udbytte.imports.organisation.run import import_organisation
    from udbytte.models import Employment
    from udbytte.runtime.clock import today

    call_command("migrate", verbosity=0)
    first, second = folder / "first.csv", folder / "second.csv"
    write_table(first, employments)
    write_table(second, employments, moved=50, gone=100)
    print(f"{'import':12} {'seconds':>8} {'of CPU':>8} {'MB at most':>11}  new, changed, moved, left, unchanged")
    for name, file in (("first", first), ("again", first), ("once more", first), ("changed", second)):
        begun, cpu_begun = time.perf_counter(), time.process_time()
        report = import_organisation(file, by=None, on=today())
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu_begun
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        counted = report.counts["employments"]
        numbers = ", ".join(str(number) for number in counted.values())
        print(f"{name:12} {seconds:8.1f} {cpu:8.1f} {megabytes:11.0f}  {numbers}")
    print(f"{Employment.objects.count()} employments are in the database.")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--employments", type=int, default=100_000)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
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
