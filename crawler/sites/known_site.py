"""What reading the sources of sites comes to: the sites known, and what cannot be used, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from crawler.site import Site

if TYPE_CHECKING:
    from crawler.extraction.page import ArticlePage

SourceKind = Literal["option", "environment", "user", "package", "shipped", "archive", "given"]
"""Where a site comes from: a folder of ``--sites``, of ``$SEEALSO_SITES`` or of the user's configuration; a package
that offers it as an entry point; seealso itself; the archive that adopted it; a program that gave its values."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownSite:
    """A site, its page classes and where they were found."""

    site: Site
    pages: tuple[type[ArticlePage], ...] = ()
    """Its page classes; empty where the general one serves."""
    module: str | None = None
    """The name of the module that holds the page classes or the site itself; None where there are values only."""
    spider: type[Any] | None = None
    """The spider class of the module, where it holds one; otherwise the crawl makes one from the values."""
    source: SourceKind = "given"
    place: str = ""
    """The file, or the name of the object, that holds the values."""
    since: str | None = None
    """The day on which an archive adopted it; None for all others."""

    @property
    def name(self) -> str:
        return self.site.name


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenSource:
    """A file, folder or entry point whose sites cannot be used."""

    names: frozenset[str]
    """The names by which a person would ask for its site: that of the file and the one it states, as far as known."""
    source: SourceKind
    place: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}; {self.remedy}"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusedSite:
    """A site that is not used, because another of its name comes first."""

    site: KnownSite
    first: KnownSite

    def __str__(self) -> str:
        return (
            f"two sites are named {self.site.name!r}: the one of {self.first.place} is used, "
            f"the one of {self.site.place} is not; rename one, or take it away"
        )
