"""The diagnosis: the doctor's statement about one thing that it examined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["well", "note", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The state of one thing that was examined."""

    check: str
    """``sqlite``, ``sites``, ``time zones``, ``folder``, ``disk``, ``file``, ``schema``, ``index``, ``captures``,
    ``forgotten``, ``merge``, ``crawls``, ``schedules``, ``clock``, ``times`` or ``contact``."""
    state: State
    """``well``; ``note``: nothing to mend, but good to know; ``wrong``: a person should do something."""
    message: str
    """The observation, in one line."""
    fix: str | None = None
    """What to do about it; never None where the state is ``wrong``."""
    fixable: bool = False
    """True when ``seealso doctor --fix`` mends it without loss."""


def report_well(check: str, message: str) -> Diagnosis:
    """Return a diagnosis of state ``well``."""
    return Diagnosis(check=check, state="well", message=message)


def report_note(check: str, message: str, fix: str | None = None) -> Diagnosis:
    """Return a diagnosis of state ``note``."""
    return Diagnosis(check=check, state="note", message=message, fix=fix)


def report_wrong(check: str, message: str, fix: str, *, fixable: bool = False) -> Diagnosis:
    """Return a diagnosis of state ``wrong``; its message is put on one line."""
    return Diagnosis(check=check, state="wrong", message=" ".join(message.split()), fix=fix, fixable=fixable)
