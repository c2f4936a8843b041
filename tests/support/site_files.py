"""Files of invented sites, as people keep them in folders of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

VALUES = """\
name = "{name}"
title = "The {name}"
origin = "https://www.{name}.example"
domains = ["{name}.example"]
country = "gb"
languages = ["en"]
timezone = "Europe/London"
entry_points = ["/rss"]

[[addresses]]
kind = "article"
path = '/news/(?P<key>\\d+)-.*'

[[addresses]]
kind = "feed"
path = '/rss'
"""
PYTHON_SITE = """\
from seealso import AddressForm, Site

SITE = Site(
    name="{name}", title="The {name}", origin="https://www.{name}.example", domains=("{name}.example",), country="gb",
    languages=("en",), timezone="Europe/London", addresses=(AddressForm(kind="article", path=r"/news/(?P<key>\\d+)-.*"),),
)
"""
PAGES = """\
from seealso import ArticlePage


class LargePage(ArticlePage):
    pass


PAGES = (LargePage,)
"""
BROKEN_PYTHON = "import json\n\nSITE = json.nothing_of_that_name\n"
BROKEN_VALUES = 'name = "ledger"\ntitle = 3\n'


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files of sites into a folder, ``{name}`` in them being their stems; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text.replace("{name}", Path(name).stem), encoding="utf-8")
    return folder
