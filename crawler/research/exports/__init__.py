"""Exports every article of a selection in the formats that other programs read, whole or not at all.

>>> with Archive("archive.db") as archive:  # doctest: +SKIP
...     export(archive, Selection(query="harbour"), "csv", Path("harbour.csv"), made_at=now)
"""

from crawler.research.exports.context import ExportOptions
from crawler.research.exports.exporter import export
from crawler.research.exports.formats import FORMATS, Format
from crawler.research.exports.manifest import Manifest

__all__ = ["FORMATS", "ExportOptions", "Format", "Manifest", "export"]
