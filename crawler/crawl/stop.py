"""The stop signal of a run: a part that cannot go on sets it, and the other parts ask it before they fetch more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import ArchiveUnusable, CrawlerError
from crawler.system.full_disk import FULL_DISK_ERRORS

OUTCOMES = {4: "refused", 5: "unreachable", 6: "alarm"}
"""Exit code of the error that ended a run → word for its outcome."""
INTERRUPTED_OUTCOME = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopReason:
    """The reason for which a run ends for now though nothing is wrong."""

    outcome: str
    note: str


class StopSignal:
    """Holds whether a run is to end, and why.

    Attributes:
        trouble: the error that ends the run; None where nothing went wrong.
        outcome: the word for how the run ends; None while it goes on.
        reason: why the run ends though nothing is wrong.
        on_stop: called with the outcome when trouble or a person ends the run.

    """

    def __init__(self) -> None:
        self.trouble: CrawlerError | None = None
        self.outcome: str | None = None
        self.reason: StopReason | None = None
        self.on_stop: Callable[[str], None] | None = None

    @property
    def is_set(self) -> bool:
        """True once nothing more is to be fetched."""
        return self.outcome is not None

    @property
    def is_interrupted(self) -> bool:
        """True once a person or the system wants the run to end."""
        return self.outcome == INTERRUPTED_OUTCOME

    def set(self, problem: CrawlerError, outcome: str | None = None) -> None:
        """End the run because of an error; later errors are ignored.

        Without an ``outcome`` the word for the error's exit code is taken (:func:`name_outcome`).
        """
        if self.trouble is None:
            outcome = outcome or name_outcome(problem)
            self.trouble = problem
            self.outcome = self.outcome or outcome
            if self.on_stop is not None:
                self.on_stop(outcome)

    def interrupt(self) -> None:
        """End the run because a person or the system wants it: what is in flight comes to its end, nothing else."""
        if self.outcome is None:
            self.outcome = INTERRUPTED_OUTCOME
            if self.on_stop is not None:
                self.on_stop(self.outcome)

    def end(self, reason: StopReason) -> None:
        """End the run, though nothing is wrong, once the requests in flight have ended."""
        self.reason = reason
        self.outcome = self.outcome or reason.outcome

    def set_unexpected(self, problem: BaseException) -> None:
        """End the run because of an error that nobody has thought of."""
        self.set(CrawlerError(f"unexpected error: {type(problem).__name__}: {problem}"), "error")

    def set_write_error(self, folder: Path, problem: OSError) -> None:
        """End the run because a WARC file cannot be written."""
        reason = f"{folder} cannot be written ({problem.strerror or problem})"
        step = "make room" if problem.errno in FULL_DISK_ERRORS else "see what stands there and who may write"
        self.set(ArchiveUnusable(f"{reason}: {step}, then run the same command again"), "archive")


def name_outcome(problem: CrawlerError) -> str:
    """Return the outcome of a run that an error ended; ``alarm`` where its exit code has no word of its own.

    >>> from crawler.errors import SiteRefused
    >>> name_outcome(SiteRefused("no"))
    'refused'
    """
    return OUTCOMES.get(problem.exit_code, "alarm")
