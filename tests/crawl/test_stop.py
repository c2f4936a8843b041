"""One signal ends a run: the first trouble counts, and what is wrong is told apart from what is not."""

from pathlib import Path

import pytest

from crawler.crawl.stop import StopReason, StopSignal
from crawler.errors import ArchiveBusy, LayoutAlarm, SiteRefused, SiteUnreachable

QUIET = StopReason(outcome="quiet hours", note="quiet hours until 22:00")


def test_a_signal_is_not_set_until_something_sets_it():
    signal = StopSignal()
    assert (signal.is_set, signal.trouble, signal.outcome, signal.reason) == (False, None, None, None)


def test_the_first_trouble_counts_and_is_told_once():
    signal, told = StopSignal(), []
    signal.on_stop = told.append
    first = SiteRefused("no")
    signal.set(first, "refused")
    signal.set(SiteUnreachable("nobody"), "unreachable")
    assert (signal.is_set, signal.trouble, signal.outcome, told) == (True, first, "refused", ["refused"])


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [(SiteRefused, "refused"), (SiteUnreachable, "unreachable"), (LayoutAlarm, "alarm"), (ArchiveBusy, "alarm")],
)
def test_without_a_word_the_exit_code_tells_it(problem, outcome):
    signal = StopSignal()
    signal.set(problem("why"))
    assert signal.outcome == outcome


def test_an_ending_is_no_trouble_and_nobody_is_called():
    signal, told = StopSignal(), []
    signal.on_stop = told.append
    signal.end(QUIET)
    assert (signal.is_set, signal.outcome, signal.reason, signal.trouble, told) == (
        True,
        "quiet hours",
        QUIET,
        None,
        [],
    )


def test_trouble_after_an_ending_is_trouble_and_the_word_stays():
    signal = StopSignal()
    signal.end(QUIET)
    signal.set(SiteRefused("no"), "refused")
    assert (signal.outcome, str(signal.trouble)) == ("quiet hours", "no")


def test_a_file_that_cannot_be_written_is_named_with_the_reason():
    signal = StopSignal()
    signal.set_write_error(Path("archive.warc"), OSError(28, "No space left on device"))
    assert signal.outcome == "archive"
    assert str(signal.trouble) == (
        "archive.warc cannot be written (No space left on device): make room, then run the same command again"
    )
