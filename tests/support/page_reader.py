"""Somebody who reads the front through Datasette's own client."""

import asyncio
from pathlib import Path
from typing import Any

from parsel import Selector

from crawler.browse.serving.server import make_application


class PageReader:
    """Opens pages of one archive; ``name`` is what Datasette calls it."""

    def __init__(self, path: Path, **how: Any) -> None:
        self.datasette = make_application(path, **how)
        self.name = path.stem

    def ask(self, path: str, **how: Any) -> Any:
        """Return the answer to a path on the server."""

        async def get() -> Any:
            return await self.datasette.client.request(how.pop("method", "GET"), path, **how)

        return asyncio.run(get())

    def open(self, page: str, status: int = 200) -> Selector:
        """Open a page of the archive: ``article/7``."""
        answer = self.ask(f"/{self.name}/-/{page}")
        assert answer.status_code == status, answer.text
        return Selector(text=answer.text)

    def follow(self, link: str) -> Selector:
        """Open where a link of a page leads."""
        answer = self.ask(link)
        assert answer.status_code == 200, answer.text
        return Selector(text=answer.text)


def element_text(found: Any) -> str:
    """Return the text of an element as one line."""
    return " ".join("".join(found.xpath(".//text()").getall()).split())


def list_headlines(page: Selector) -> list[str]:
    return [element_text(heading) for heading in page.css(".articles h2, .articles h3")]


def find_section(page: Selector, title: str) -> Any:
    """Return the section beneath a heading."""
    return page.xpath("//section[.//h2[normalize-space()=$title]]", title=title)


def read_facet(page: Selector, title: str) -> dict[str, tuple[int, str]]:
    """Return count and address of each value of a facet."""
    return {
        element_text(link.css("span")[0]): (
            int(element_text(link.css("span")[1]).replace(",", "")),
            link.attrib["href"],
        )
        for link in find_section(page, title).css("a")
    }
