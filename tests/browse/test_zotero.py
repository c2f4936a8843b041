"""Zotero's own translators, run in Node, over our pages and files: the records are those that we mean."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.library import NOW, SITE, article, library_address, visit
from support.page_reader import PageReader

from crawler.archive import Archive
from crawler.items import Author

TRANSLATE = Path(__file__).parents[1] / "support" / "zotero_translate.js"
NODE = shutil.which("node")
NAMES = {
    "Alessandra De Poli": ("De Poli, Alessandra", {"lastName": "De Poli", "firstName": "Alessandra"}),
    "Joseph Yun Li-sun": ("Yun Li-sun, Joseph", {"lastName": "Yun Li-sun", "firstName": "Joseph"}),
    "Li Yuan": ("Li Yuan", {"lastName": "Li Yuan"}),
    "王志成": ("王志成", {"lastName": "王志成"}),
    "Anna Maria van der Berg": ("van der Berg, Anna Maria", {"lastName": "van der Berg", "firstName": "Anna Maria"}),
}
"""The printed name, how the archive sorts it, and what Zotero is to make of it."""


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _needs_translators() -> None:
    asked = "require.resolve('zotero-translators')"
    if NODE is None or subprocess.run([NODE, "-e", asked], capture_output=True, check=False).returncode:
        pytest.skip("needs Node and zotero-translators@0.0.2 in NODE_PATH")


def _translate(*tasks: dict[str, str]) -> list[dict[str, Any]]:
    assert NODE is not None
    done = subprocess.run(
        [NODE, str(TRANSLATE)], input=json.dumps(tasks), capture_output=True, text=True, check=True, timeout=120
    )
    outcomes: list[dict[str, Any]] = json.loads(done.stdout)
    return outcomes


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> PageReader:
    path = tmp_path_factory.mktemp("zotero") / "names.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        visits = []
        for number, (name, (sort_name, _)) in enumerate(NAMES.items()):
            author = Author(name=name, sort_name=sort_name, kind="person", printed=name)
            at = library_address("en", 700 + number)
            visits.append(
                visit(
                    at,
                    article(at, f"Boats & “nets” {number}", "A boat.", day=f"2021-05-{number + 10}", authors=[author]),
                )
            )
        archive.keep(visits, run, NOW)
        archive.finish_run(run, "finished", NOW)
    return PageReader(path)


def _expect(number: int, names: dict[str, str], day: str) -> dict[str, Any]:
    return {
        "itemType": "newspaperArticle",
        "title": f"Boats & “nets” {number}",
        "publicationTitle": "AsiaNews",
        "date": day,
        "language": "en",
        "url": f"https://www.asianews.it/news-en/Story-{700 + number}.html",
        "creators": [{**names, "creatorType": "author"}],
    }


def _keep_fields(item: dict[str, Any]) -> dict[str, Any]:
    creators = [
        # A name that is not parted is a last name alone; of RIS and CSL it has a mode that says so, too.
        {name: creator[name] for name in ("lastName", "firstName", "creatorType") if creator.get(name)}
        for creator in item["creators"]
    ]
    names = ("itemType", "title", "publicationTitle", "date", "language", "url")
    return {**{name: item.get(name) for name in names}, "creators": creators}


def test_zotero_takes_pages_and_files_as_newspaper_articles_with_our_names(reader: PageReader) -> None:
    """It takes about 4 seconds: two starts of Node."""
    search = reader.ask("/names/-/search?q=boat&order=oldest")
    pages = [reader.ask(f"/names/-/article/{number + 1}") for number in range(len(NAMES))]
    (taken, *articles) = _translate(
        {"html": search.text, "url": "http://127.0.0.1:8001/names/-/search?q=boat&order=oldest"},
        *(
            {"html": page.text, "url": f"http://127.0.0.1:8001/names/-/article/{number}"}
            for number, page in enumerate(pages, 1)
        ),
    )
    assert taken["translators"] == ["COinS"]
    whole = [_expect(number, names, f"2021-05-{number + 10}") for number, (_, names) in enumerate(NAMES.values())]
    assert [_keep_fields(item) for item in taken["items"]] == whole
    for number, (outcome, expected) in enumerate(zip(articles, whole, strict=True)):
        assert outcome["translators"] == ["Embedded Metadata"], number
        (item,) = outcome["items"]
        assert _keep_fields(item) == {**expected, "date": expected["date"].replace("-", "/")}
    ris, csl, bibtex = _translate(
        *({"text": reader.ask(f"/names/-/references.{ending}?q=boat").text} for ending in ("ris", "json", "bib"))
    )
    assert [item["date"] for item in bibtex["items"]] == [expected["date"] for expected in whole]
    assert (ris["translators"][0], csl["translators"][0]) == ("RIS", "CSL JSON")
    days = [f"May {number}, 2021" for number in range(10, 15)]  # as Zotero writes them after an import
    assert [_keep_fields(item) for item in ris["items"]] == [
        {**expected, "date": day} for expected, day in zip(whole, days, strict=True)
    ]
    assert [item["itemType"] for item in csl["items"]] == ["newspaperArticle"] * 5
    # Zotero leaves out what CSL calls a particle, so the front offers it RIS.
    particle = {"lastName": "Berg", "firstName": "Anna Maria", "creatorType": "author"}
    assert [_keep_fields(item)["creators"] for item in csl["items"]] == [
        *(expected["creators"] for expected in whole[:4]),
        [particle],
    ]
