"""The stop signal of a run: anything that makes going on useless or wrong sets it, and everything else asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import ArchiveUnusable, CrawlerError

OUTCOMES = {4: "refused", 5: "unreachable", 6: "alarm"}
"""Words for how a run ended, by the exit code of what ended it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopReason:
    """Why a run is to end for now though nothing is wrong."""

    outcome: str
    note: str


class StopSignal:
    """Whether a run is to fetch anything more; if not, why.

    Attributes:
        trouble: what went wrong; None where nothing did.
        outcome: the word for how the run ends; None while it goes on.
        ending: why it ends though nothing is wrong.
        on_stop: called with the outcome when trouble ends the run.

    """

    def __init__(self) -> None:
        self.trouble: CrawlerError | None = None
        self.outcome: str | None = None
        self.ending: StopReason | None = None
        self.on_stop: Callable[[str], None] | None = None

    @property
    def is_set(self) -> bool:
        """True once nothing more is to be fetched."""
        return self.outcome is not None

    def set(self, problem: CrawlerError, outcome: str | None = None) -> None:
        """End the run early because of ``problem``; the first one counts.

        Without an ``outcome`` the word is that of the problem's exit code.
        """
        if self.trouble is None:
            outcome = outcome or name_outcome(problem)
            self.trouble = problem
            self.outcome = self.outcome or outcome
            if self.on_stop is not None:
                self.on_stop(outcome)

    def end(self, reason: StopReason) -> None:
        """End the run after what is in flight, though nothing is wrong."""
        self.ending = reason
        self.outcome = self.outcome or reason.outcome

    def cannot_write(self, folder: Path, problem: OSError) -> None:
        """End the run because a WARC file cannot be written."""
        why = f"{folder} cannot be written ({problem.strerror or problem})"
        self.set(ArchiveUnusable(f"{why}: make room, then run the same command again"), "archive")


def name_outcome(problem: CrawlerError) -> str:
    """Return the word for a run that a problem ended.

    >>> from crawler.errors import SiteRefused
    >>> name_outcome(SiteRefused("no"))
    'refused'
    """
    return OUTCOMES.get(problem.exit_code, "alarm")
