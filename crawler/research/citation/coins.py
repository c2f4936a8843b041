"""Formats a reference as a ContextObject in key/encoded-value form, which COinS puts into a page for Zotero.

Sources: ANSI/NISO Z39.88-2004, its Dublin Core format (``info:ofi/fmt:kev:mtx:dc``), and "OpenURL COinS: A Convention
to Embed Bibliographic Metadata in HTML" (2005). OpenURL has no format for newspapers, so Zotero writes and reads the
name of its own type in ``rft.type``.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from crawler.research.citation.reference import Reference


def format_coins(reference: Reference) -> str:
    """Return the pairs of an article, joined by ``&``: the title of a ``<span class="Z3988">``, to be escaped there.

    Names are as in RIS: family name first, and a name that is to stay whole ends with a comma.
    """
    pairs = [
        ("url_ver", "Z39.88-2004"),
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "newspaperArticle"),
        ("rft.title", reference.title),
        ("rft.source", reference.publication),
        *(("rft.au", name.unsplit) for name in reference.names),
        ("rft.date", reference.issued.isoformat() if reference.issued else ""),
        ("rft.identifier", reference.url or ""),
        ("rft.language", reference.language or ""),
    ]
    return urlencode([(name, value) for name, value in pairs if value], quote_via=quote, safe="", errors="replace")
