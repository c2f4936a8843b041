"""The text that structured data states: HTML, escaped or not, and the updates of a live report."""

from __future__ import annotations

import json

from support.tables import check_rows

from seealso import read_page

TEXT = (
    "The ferry between Port Amble and the island of Sull will stop running on 1 March, its owner said on Wednesday.",
    "Coastline Shipping blamed the price of fuel and a fall in passengers, from 90,000 to fewer than 31,000 last year.",
    "The 340 people who live on Sull would then depend on a helicopter that flies twice a week when weather allows.",
)


@check_rows(
    ("properties", "text"),
    [
        ({"articleBody": "".join(f"<p>{text}</p>" for text in TEXT)}, list(TEXT)),
        ({"articleBody": "".join(f"&amp;lt;p&amp;gt;{text}&amp;lt;/p&amp;gt;" for text in TEXT)}, list(TEXT)),
        ({"articleBody": "\n\n".join(TEXT)}, list(TEXT)),
        (
            {
                "@type": "LiveBlogPosting",
                "liveBlogUpdate": [
                    {"@type": "BlogPosting", "headline": "It ends", "articleBody": f"<p>{TEXT[0]}</p><p>{TEXT[1]}</p>"},
                    {"@type": "BlogPosting", "articleBody": TEXT[2]},
                    {"@type": "BlogPosting", "headline": "A picture"},
                    "broken",
                ],
            },
            ["It ends", *TEXT],
        ),
        ({"@type": "LiveBlogPosting", "liveBlogUpdate": {"articleBody": TEXT[0]}}, [TEXT[0]]),
    ],
)
def test_a_stated_text_is_read_where_none_is_printed(properties: dict[str, object], text: list[str]) -> None:
    thing = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Ferry to Sull to stop",
        **properties,
    }
    page = (
        f'<html lang="en"><head><title>Ferry to Sull to stop</title><script type="application/ld+json">{json.dumps(thing)}'
        "</script></head><body><h1>Ferry to Sull to stop</h1><p>By Janet Oakes</p><p>16 April 2024</p></body></html>"
    )
    article = read_page(page.encode(), "https://post.example/2024/04/16/ferry-to-sull-to-stop")
    assert article.body.split("\n\n") == text
    assert not [problem for problem in article.problems if problem.kind == "cut"]
