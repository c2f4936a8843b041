"""A site asks for a pause in seconds or with a date: until when, at most a week."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.items import Capture
from crawler.outcome.retry_after import describe_pause, find_pause_end

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "header", "until"),
    [
        (429, "120", "2026-11-24T20:32:00+00:00"),
        (503, "Tue, 24 Nov 2026 21:00:00 GMT", "2026-11-24T21:00:00+00:00"),
        (503, "99999999999999", None),
        (429, "90.5", "2026-11-24T20:31:31+00:00"),
        (429, "90.0", "2026-11-24T20:31:30+00:00"),
        (429, "+90", "2026-11-24T20:31:30+00:00"),
        (429, "90 seconds", "2026-11-24T20:31:30+00:00"),
        (429, '"90"', "2026-11-24T20:31:30+00:00"),
        (429, "90, 120", "2026-11-24T20:32:00+00:00"),
        (429, "2 minutes", None),
        (429, "1795553580", "2026-11-24T20:53:00+00:00"),
        (503, "2026-11-24T21:00:00Z", "2026-11-24T21:00:00+00:00"),
        (503, "2026-11-24 21:00:00", "2026-11-24T21:00:00+00:00"),
        (429, "999999999", "2026-12-01T20:30:00+00:00"),
        (429, "Tue, 24 Nov 2020 21:00:00 GMT", None),
        (429, "soon", None),
        (429, "-5", None),
        (429, "", None),
        (500, "120", None),
    ],
)
def test_a_pause_that_is_asked_for_is_read(status, header, until):
    answer = Capture(url="https://www.asianews.it/", fetched_at=NOW, status=status, headers=(("Retry-After", header),))
    asked = find_pause_end(answer)
    assert (asked.isoformat() if asked else None) == until


@pytest.mark.parametrize("name", ["RateLimit-Reset", "X-RateLimit-Reset", "x-rate-limit-reset"])
def test_the_end_of_a_limit_counts_where_no_pause_is_asked_for(name):
    for value, seconds in (("60", 60), (str(int(NOW.timestamp()) + 90), 90)):
        answer = Capture(url="https://www.asianews.it/", fetched_at=NOW, status=429, headers=((name, value),))
        assert find_pause_end(answer) == NOW + timedelta(seconds=seconds)
        asked = replace(answer, headers=(*answer.headers, ("Retry-After", "5")))
        assert find_pause_end(asked) == NOW + timedelta(seconds=5)


def test_a_pause_is_told_in_universal_time():
    assert describe_pause(NOW) == "the site asks for a pause until 2026-11-24T20:30:00Z"
