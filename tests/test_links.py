"""Links of the documentation lead somewhere, and its pictures are small and all of one size."""

from __future__ import annotations

import re
import struct
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.is_file()
)
LINK = re.compile(r"\]\((?P<path>[^)#\s:]*)(?:#(?P<anchor>[^)\s]+))?\)")
MAX_PICTURE = 100_000
MAX_PICTURES = 1_500_000


def _list_anchors(text: str) -> set[str]:
    """Return the anchors that headings have where Markdown is shown as GitHub does."""
    titles = re.findall(
        r"^#+ (.+)$", re.sub(r"^````?.*?^````?", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def _find_faults(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    faults = []
    for link in LINK.finditer(re.sub(r"`[^`\n]*`", "", text)):
        target = (ROOT / page).parent / link["path"] if link["path"] else ROOT / page
        if not target.exists() or (
            link["anchor"] and target.suffix == ".md" and link["anchor"] not in _list_anchors(target.read_text("utf-8"))
        ):
            faults.append(link[0])
    return faults


def test_every_link_leads_to_a_page_and_its_heading() -> None:
    assert {page: faults for page in PAGES if (faults := _find_faults(page))} == {}
    assert len(PAGES) > 20


def test_pictures_are_shown_and_small() -> None:
    pictures = {path.name: path for path in (ROOT / "docs" / "pictures").glob("*.png")}
    shown = set(re.findall(r"\(pictures/([\w-]+\.png)\)", "".join((ROOT / page).read_text("utf-8") for page in PAGES)))
    assert shown == set(pictures)
    sizes = [path.stat().st_size for path in pictures.values()]
    assert max(sizes) <= MAX_PICTURE
    assert sum(sizes) < MAX_PICTURES
    # A PNG file has width and height in its first chunk.
    assert {struct.unpack(">II", path.read_bytes()[16:24]) for path in pictures.values()} == {(1000, 680)}
