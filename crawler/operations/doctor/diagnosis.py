"""What the doctor says about one thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["well", "note", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing that was looked at."""

    check: str
    """``sqlite``, ``sites``, ``time zones``, ``folder``, ``disk``, ``file``, ``schema``, ``index``, ``captures``,
    ``crawls``, ``clock`` or ``contact``."""
    state: State
    """``well``; ``note``: nothing to mend, but good to know; ``wrong``: a person should do something."""
    message: str
    """What was seen, in one line."""
    fix: str | None = None
    """What to do about it; never None for what is wrong."""


def report_well(check: str, message: str) -> Diagnosis:
    """Return that all is as it should be."""
    return Diagnosis(check=check, state="well", message=message)


def report_note(check: str, message: str, fix: str | None = None) -> Diagnosis:
    """Return something good to know."""
    return Diagnosis(check=check, state="note", message=message, fix=fix)


def report_wrong(check: str, message: str, fix: str) -> Diagnosis:
    """Return something that is wrong, and what to do about it."""
    return Diagnosis(check=check, state="wrong", message=" ".join(message.split()), fix=fix)
