"""A sample of what `make fuzz` asks: whatever is sent is answered with a page, never with an error of ours."""

from __future__ import annotations

import os

import pytest

from tests.web.fuzzing import Fuzz

SAMPLE = 150


@pytest.mark.slow
@pytest.mark.django_db
def test_no_odd_request_makes_an_error_of_ours() -> None:
    """FUZZ_SEED and FUZZ_REQUESTS ask others and more; a failure says the seed."""
    seed, requests = int(os.environ.get("FUZZ_SEED", "1")), int(os.environ.get("FUZZ_REQUESTS", SAMPLE))
    fuzz = Fuzz(seed)
    fuzz.run(requests)
    assert not fuzz.failures, f"seed {seed}, {len(fuzz.failures)} failures:\n" + "\n".join(fuzz.failures[:20])
    assert fuzz.statuses.total() == requests
    assert {200, 302, 404, 422} <= fuzz.statuses.keys(), fuzz.statuses  # pages, saved forms, refused ones
