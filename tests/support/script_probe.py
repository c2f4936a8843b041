"""Looks whether a page runs what somebody smuggled into it: scripts that call, dialogs, requests, odd elements."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PROBE = """(ours, at = document) => [...at.querySelectorAll('*')].filter(each => {
    const bad = /^[\\u0000-\\u0020]*(javascript|vbscript|data:text|blob)/i;
    if (each.attributes) for (const {name, value} of each.attributes) {
        if (/^on/i.test(name) && (ours || value.includes('owned'))) return true;
        if (/^(xlink:)?(href|src|action|formaction|data)$/i.test(name) && bad.test(value) && !value.startsWith('data:image/')) return true;
        if (name === 'style' && (ours || value.includes('xss.invalid'))) return true;
    }
    if (/^(javascript|vbscript|data|blob):$/.test(each.protocol || '')) return true;
    if (['iframe', 'object', 'embed', 'base', 'marquee', 'template', 'portal'].includes(each.localName)) return true;
    if (each.localName === 'meta' && each.httpEquiv) return true;
    if (!ours) return false;
    if (each.localName === 'script') return !/\\/(reading|notes|desk)\\.js\\?[0-9a-f]+$/.test(each.src);
    if (['img', 'source'].includes(each.localName)) { // plots of the desk
        const own = /^\\/[^\\/?#]+\\/-\\/[a-z]+\\.svg(\\?[^#]*)?$/;
        return !['src', 'srcset'].some(name => own.test(each.getAttribute(name) || ''));
    }
    return ['style', 'image', 'video', 'audio', 'math', 'foreignObject', 'animate', 'set', 'use', 'noscript'].includes(each.localName);
}).map(each => each.outerHTML.slice(0, 200))"""


FRAMES = f"""async addresses => {{
    const probe = {PROBE};
    const found = await Promise.all(addresses.map(async address => {{
        const answer = await fetch(address), text = await answer.text();
        if (answer.status >= 500) return [address, String(answer.status)];
        const frame = document.createElement('iframe');
        await new Promise(done => {{ frame.onload = done; frame.srcdoc = text; document.body.append(frame); }});
        await new Promise(done => setTimeout(done, 20));
        return [address, probe(true, frame.contentDocument)];
    }}));
    document.querySelectorAll('iframe').forEach(each => each.remove());
    return found.filter(([, each]) => each.length);
}}"""
"""Open many pages at once, each in a frame that does what a window does with the same text, in half the time."""


class Watch:
    """What a browser did that no page asked for."""

    def __init__(self, context: Any) -> None:
        self.seen: list[str] = []
        context.expose_binding("owned", lambda source: self.seen.append(f"a script ran on {source['page'].url}"))
        context.on("request", lambda request: self._asked(request.url))
        context.on("page", self._page)

    def _page(self, page: Any) -> None:
        page.on("dialog", lambda dialog: (self.seen.append(f"a dialog on {page.url}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.seen.append(f"an error on {page.url}: {error}"))
        page.on("console", lambda message: self._said(page, message))

    def _said(self, page: Any, message: Any) -> None:
        if "Content Security Policy" in message.text or "XSS" in message.text:
            self.seen.append(f"{page.url}: {message.text}")

    def _asked(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:image/")):
            self.seen.append(f"asked for {url}")


@functools.cache
def _make_watched_page(browser: Any, csp: bool) -> tuple[Any, Watch]:
    context = browser.new_context(bypass_csp=not csp, accept_downloads=False)
    watch = Watch(context)
    return context.new_page(), watch


@contextmanager
def open_watched(browser: Any, *, csp: bool = False) -> Iterator[tuple[Any, Watch]]:
    """Give an empty page, the same for all tests: another one costs a second of processor time."""
    page, watch = _make_watched_page(browser, csp)
    page.goto("about:blank")
    watch.seen.clear()
    yield page, watch


def look_for_scripts(page: Any, watch: Watch, url: str, *, ours: bool = True) -> None:
    answer = page.goto(url)
    assert answer is not None
    assert answer.status < 500, (url, answer.status)
    found = page.evaluate(PROBE, ours and "feed.atom" not in url)  # a feed stands in a page of the browser's own
    assert (watch.seen, found) == ([], []), url
