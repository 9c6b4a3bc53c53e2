"""Soak: people write over HTTP while processes are killed and the mail server fails; then nothing is lost or doubled.

`python -m tests.soak --help`, or `make soak`. What it compares is written in docs/develop/tests.md.
"""
