"""Takes the pictures of the documentation anew: ``python docs/pictures/make.py``, in the checkout, with its ``.venv``.

It crawls the practice world on this machine, as it is at first and a week later, into an archive in a temporary folder
(with a path behind it into that archive, which is kept for the next time),
serves it with notes, and goes through the front with Chromium as a reader would. Every picture has the same size
whatever is on it. Needs Chromium, and ``pip install playwright pillow``.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from crawler.archive import Archive
from crawler.practice.world import WorldServer, load_papers

FOLDER: Final = Path(__file__).resolve().parent
WIDTH, HEIGHT = 1000, 680
"""CSS pixels of the window, and pixels of each picture."""
COLOURS: Final = 48
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")


def crawl_world(archive: Path) -> None:
    """Crawl the practice site and its neighbours; the practice site a second time, a week later."""
    starts = [paper.start for paper in load_papers()]
    for phase, options in ((1, ["asianews", *starts, "--together", "6"]), (2, ["asianews", "--refresh"])):
        with WorldServer(phase=phase) as server:
            arguments = ["--archive", str(archive), "crawl", *options, "--mirror", server.mirror]
            ended = subprocess.run([sys.executable, "-m", "crawler", *arguments], capture_output=True, text=True)
        if ended.returncode not in (0, 2):  # 2: some pages of the practice site are broken on purpose
            raise SystemExit(ended.stderr)


@contextmanager
def serve(archive: Path, notes: Path) -> Iterator[str]:
    """Serve the archive with notes until the block ends; its address ends with a slash."""
    command = [sys.executable, "-m", "crawler", "serve", "--port", "0", "--archive", str(archive)]
    with subprocess.Popen([*command, "--notes", str(notes)], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        assert found is not None
        try:
            yield f"{found[0]}{archive.stem}/-/"
        finally:
            process.terminate()


def take(page: Page, name: str, *, top: str | None = None) -> None:
    """Keep what the window shows, from the element ``top`` on where one is named."""
    page.wait_for_load_state("load")
    if top is not None:
        page.locator(top).first.evaluate("element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 16)")
    with Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))) as image:
        image.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def find_ids(archive: Path) -> dict[str, int]:
    """Return ids of articles to show: one that most papers printed, one that was edited; and of an author."""
    with Archive(archive) as reader:
        ids = [article.id for article in reader.articles()]
        printed = max(ids, key=lambda number: (reader.prints(number).sites, -number))
        edited = max(ids, key=lambda number: _count_changes(reader, number))
        (author,) = reader.db.execute(
            "SELECT author_id FROM article_authors JOIN articles a ON a.id = article_id"
            " JOIN authors au ON au.id = author_id WHERE a.language = 'en' AND au.kind = 'person'"
            " GROUP BY author_id ORDER BY count(*) DESC, author_id LIMIT 1"
        ).fetchone()
    return {"printed": printed, "edited": edited, "author": author}


def _count_changes(reader: Archive, number: int) -> int:
    record = reader.article(number)
    return len(record.revisions) if record is not None else 0


def take_pages(page: Page, url: str, ids: dict[str, int]) -> None:
    """Take the pictures of pages that need no writing."""
    page.goto(url + "timeline?q=boat*&q2=harbour&language=en&since=2014")
    take(page, "how-often", top="form.ask")
    page.goto(url + "keywords?q=boat*&language=en")
    take(page, "which-words", top="form.ask")
    page.goto(url + "concordance?q=boat*&language=en&sort=right")
    take(page, "every-passage", top="form.ask")
    page.goto(url + "search?q=boat*&language=en")
    page.locator(".articles h2 a").first.click()
    page.get_by_role("link", name="Next hit").click()
    take(page, "hit", top="nav.walk")
    page.goto(url + f"article/{ids['printed']}")
    take(page, "who-copied-whom", top="#prints")
    page.goto(url + f"author/{ids['author']}")
    take(page, "who-wrote")
    page.goto(url + "place?name=Hong+Kong")
    take(page, "where")
    page.goto(url + f"article/{ids['edited']}/revision/2?against=1")
    take(page, "what-changed")
    page.goto(url + f"article/{ids['edited']}")
    page.locator("#cite summary").click()
    take(page, "cite", top="#cite")
    page.goto(url + "search?q=boat*&language=en")
    take(page, "take-along", top=".facet.keep")


def take_coding(page: Page, url: str) -> None:
    """Add a code, make a sheet of five articles and code them, as docs/desk-in-the-browser.md has it."""
    page.goto(url + "coding")
    page.get_by_label("Name", exact=True).first.fill("tone")
    page.get_by_label("What coders are to ask themselves").fill("What is said of the boats?")
    page.get_by_label("Answers").select_option("one of several values")
    page.get_by_label("Values").fill("for\nagainst\nneither")
    take(page, "codebook", top="#codebook")
    page.get_by_role("button", name="Add the code").click()
    page.get_by_label("Name", exact=True).last.fill("boats")
    page.get_by_label("Articles found by").fill("boat* language:en")
    page.get_by_label("Draw at random").fill("5")
    take(page, "sheet", top="#sheets")
    page.get_by_role("button", name="Make the sheet").click()
    for number, answer in enumerate(("neither", "for", "neither", "against", "neither")):
        page.locator("#codes").get_by_label(answer, exact=True).check()
        page.locator("#codes").get_by_label("Coder").fill("Ada")
        if number == 1:
            take(page, "coding", top="#codes")
        page.get_by_role("button", name="Keep, and go on").click()
    take(page, "coded")


def run(kept: Path | None = None) -> None:
    """Take all pictures; of an archive that is kept, where one is named."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        archive = kept or Path(folder, "world.db")
        if not archive.exists():
            crawl_world(archive)
        browser: Any = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with serve(archive, Path(folder, "notes.db")) as url:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", timezone_id="UTC")
            take_pages(page, url, find_ids(archive))
            take_coding(page, url)
        browser.close()


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:2]))
