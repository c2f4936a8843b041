"""The sites that come with seealso: the folder ``spiders`` of the checkout, under a name that no other package takes.

In a checkout this package leads to that folder; in a wheel the folder itself is installed in the place of this file
(see ``docs/decisions/0015-sites-by-location.md``).
"""

from pathlib import Path

__path__ = [str(Path(__file__).resolve().parents[3] / "spiders")]
