"""Finds the site that a person names: by its name, or by the path of its file."""

from __future__ import annotations

import os
from pathlib import Path

from crawler.errors import BadSiteFile
from crawler.sites.known_site import BrokenSource, KnownSite
from crawler.sites.path_modules import load_module
from crawler.sites.registry import find_known_site
from crawler.sites.site_folder import ModuleFile, read_files


def names_file(text: str) -> bool:
    """Return True if a text is the path of a site's file rather than the name of a site."""
    return text.endswith((".toml", ".py")) or os.sep in text


def find_named_site(text: str) -> KnownSite:
    """Return the site of a name, or of a file; a Python file beside values holds its page classes.

    Raises UnknownSite, and BadSiteFile for a file that holds no site.
    """
    return read_site_file(Path(text)) if names_file(text) else find_known_site(text)


def read_site_file(path: Path) -> KnownSite:
    """Return the site of a TOML or Python file, with the page classes beside it. Raises BadSiteFile."""
    values = path.with_suffix(".toml")
    module = path.with_suffix(".py")
    modules = {module.stem: ModuleFile(str(module), lambda: load_module(module))} if module.is_file() else {}
    value_files = {values.stem: values} if values.is_file() else {}
    if not modules and not value_files:
        raise BadSiteFile(["there is no such file"], ascii(path.name)[1:-1])
    for known_site in read_files(modules, value_files, "given"):
        if isinstance(known_site, BrokenSource):
            raise BadSiteFile([known_site.reason], ascii(path.name)[1:-1])
        return known_site
    raise BadSiteFile(["it holds no site"], ascii(path.name)[1:-1])
