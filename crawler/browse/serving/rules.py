"""What ``seealso serve`` allows, kept beside its Datasette; a Datasette that somebody started by hand has no rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from crawler.browse.serving.public_address import PublicAddress

if TYPE_CHECKING:
    from datasette.app import Datasette


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeRules:
    """The rules of one server."""

    raw: bool = False
    """Raw material, free SQL and the download of the file are open."""
    names: frozenset[str] = frozenset()
    """The normalised hosts that are answered beside loopback ones (:mod:`crawler.browse.gates.hosts`)."""
    public: PublicAddress | None = None
    """Where a proxy shows the archive; its host is among the names."""
    notes: Path | None = None
    """The file of notes that pages show, and that readers write to; None for no notes at all."""


_rules: Final[WeakKeyDictionary[Datasette, ServeRules]] = WeakKeyDictionary()


def set_rules(datasette: Datasette, rules: ServeRules) -> None:
    """Give a Datasette its rules; they count from its first request on."""
    _rules[datasette] = rules


def find_rules(datasette: Datasette) -> ServeRules | None:
    """Return the rules of a Datasette; None for one that ``seealso serve`` did not start."""
    return _rules.get(datasette)
