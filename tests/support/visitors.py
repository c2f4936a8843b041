"""Two ways to go through the pages of the front: with a real browser, or by reading the HTML and sending its forms.

Both follow links and fill in fields by the words that a person reads, so that one test goes either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin

import httpx
from lxml import html

Field = str | bool
"""What is typed or chosen; True for what is ticked."""


class Visitor(Protocol):
    """Somebody who looks at one page at a time."""

    def follow(self, link: str, menu: str | None = None) -> None:
        """Open where a link leads, by its words; ``menu`` names the navigation in which it stands."""

    def follow_first(self, css: str) -> None:
        """Open where the first link of a selector leads."""

    def submit(self, button: str, fields: Mapping[str, Field]) -> None:
        """Fill in the fields of a button's form, by their labels, and press it."""

    def read(self, css: str) -> str:
        """Return the text of the first element of a selector."""

    def read_rows(self, css: str) -> list[list[str]]:
        """Return the cells of the rows of a selector."""

    def measure_picture(self) -> float:
        """Return the width of the first picture."""

    def download(self, link: str) -> str:
        """Return the file to which a link leads."""


class BrowserVisitor:
    """Clicks and types in a page of Chromium."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        page.goto(url)

    def follow(self, link: str, menu: str | None = None) -> None:
        place = self.page if menu is None else self.page.get_by_role("navigation", name=menu)
        self._click(place.get_by_role("link", name=link))

    def follow_first(self, css: str) -> None:
        self._click(self.page.locator(css).first)

    def _click(self, element: Any) -> None:
        with self.page.expect_navigation():
            element.click()

    def submit(self, button: str, fields: Mapping[str, Field]) -> None:
        pressed = self.page.get_by_role("button", name=button, exact=True)
        form = self.page.locator("form", has=pressed)
        for label, value in fields.items():
            field = form.get_by_label(label, exact=True).or_(form.get_by_label(label)).first
            if value is True:
                field.check()
            elif field.evaluate("field => field.localName") == "select":
                field.select_option(value)
            else:
                field.fill(value)
        self._click(pressed)

    def read(self, css: str) -> str:
        return str(self.page.locator(css).first.inner_text())

    def read_rows(self, css: str) -> list[list[str]]:
        cells = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
        return list(self.page.locator(css).evaluate_all(cells))

    def measure_picture(self) -> float:
        self.page.wait_for_load_state("load")
        return float(self.page.locator("main img").first.evaluate("image => image.naturalWidth"))

    def download(self, link: str) -> str:
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=link).click()
        return Path(download.value.path()).read_text(encoding="utf-8")


class FormVisitor:
    """Reads the HTML and sends its forms, as a browser without scripts does."""

    def __init__(self, client: httpx.Client) -> None:
        """The client asks the server at its base address, and follows redirects."""
        self._client = client
        self._show(client.get("/"))

    def _show(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, (answer.url, answer.text)
        self._url = str(answer.url)
        self._page = html.document_fromstring(answer.text)

    def _find_link(self, link: str, menu: str | None = None) -> str:
        place = "//a" if menu is None else f"//nav[@aria-label='{menu}']//a"
        (address, *_) = [a.get("href") for a in self._page.xpath(place) if _read(a).startswith(link)]
        return urljoin(self._url, address)

    def follow(self, link: str, menu: str | None = None) -> None:
        self._show(self._client.get(self._find_link(link, menu)))

    def follow_first(self, css: str) -> None:
        (link, *_) = self._page.cssselect(css)
        self._show(self._client.get(urljoin(self._url, link.get("href"))))

    def submit(self, button: str, fields: Mapping[str, Field]) -> None:
        (form,) = [pressed.xpath("ancestor::form")[0] for pressed in self._find_buttons(button)]
        (pressed,) = self._find_buttons(button)
        for label, value in fields.items():
            field = _find_field(form, label)
            assert field.get("disabled") is None
            choices = {_read(option): option.get("value") for option in field.xpath("self::select/option")}
            form.fields[field.name] = field.get("value") if value is True else choices.get(value, value)
        values = [
            *form.form_values(),
            *([(pressed.get("name"), pressed.get("value", ""))] if pressed.get("name") else ()),
        ]
        address = urljoin(self._url, form.get("action"))
        if form.method == "POST":
            sent: dict[str, Any] = {}
            for name, value in values:
                sent.setdefault(name, []).append(value)
            self._show(
                self._client.post(address, data=sent, headers={"Origin": str(self._client.base_url).rstrip("/")})
            )
        else:
            self._show(self._client.get(address, params=values))

    def _find_buttons(self, button: str) -> list[Any]:
        return [pressed for pressed in self._page.xpath("//form//button") if _read(pressed) == button]

    def read(self, css: str) -> str:
        return _read(self._page.cssselect(css)[0])

    def read_rows(self, css: str) -> list[list[str]]:
        return [[_read(cell) for cell in row.xpath("th | td")] for row in self._page.cssselect(css)]

    def measure_picture(self) -> float:
        address = self._page.cssselect("main img")[0].get("src")
        picture = self._client.get(urljoin(self._url, address))
        assert picture.headers["content-type"].startswith("image/svg+xml")
        return float(html.fromstring(picture.content).get("width"))

    def download(self, link: str) -> str:
        answer = self._client.get(self._find_link(link))
        assert "attachment" in answer.headers["content-disposition"]
        return answer.text


def _read(element: Any) -> str:
    return " ".join(element.text_content().split())


def _find_field(form: Any, words: str) -> Any:
    """Return the field with this label, or else the first whose label begins so."""
    labels = [label for label in form.xpath(".//label") if _read(label).startswith(words)]
    labels.sort(key=lambda label: _read(label) != words)
    label = labels[0]
    return label.for_element if label.get("for") else label.xpath(".//input | .//select | .//textarea")[0]
