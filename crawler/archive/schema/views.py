"""Views with the joins already made, for people who write SQL. Their names and columns are stable; tables may change.

``docs/archive.md`` describes them. A view is changed by a new migration that drops it and creates it again.
"""

from __future__ import annotations

from typing import Final

VIEW_QUERIES: Final = {
    "v_articles": """
        SELECT a.id, a.site, a.language, a.site_key, a.story, a.url, a.headline, a.kicker, a.lead, a.byline,
            (SELECT group_concat(name, '; ') FROM (SELECT au.name FROM article_authors aa JOIN authors au
                ON au.id = aa.author_id WHERE aa.article_id = a.id ORDER BY aa.position)) AS authors,
            a.dateline, a.dateline_place AS place, a.body, a.word_count,
            a.published_at, a.published_on, a.published_precision, a.published_raw,
            CAST(substr(a.published_on, 1, 4) AS INTEGER) AS year, substr(a.published_on, 1, 7) AS month,
            a.modified_at, a.digest, a.revisions, a.status, a.first_seen_at, a.last_seen_at
        FROM articles a
    """,
    "v_article_authors": """
        SELECT aa.article_id, a.site, a.language, a.published_on, aa.position, aa.author_id, au.name, au.sort_name,
            au.kind, aa.printed, aa.honorific
        FROM article_authors aa JOIN authors au ON au.id = aa.author_id JOIN articles a ON a.id = aa.article_id
    """,
    "v_authors": """
        SELECT au.id, au.name, au.sort_name, au.kind, count(aa.article_id) AS articles,
            min(a.published_on) AS first_on, max(a.published_on) AS last_on
        FROM authors au LEFT JOIN article_authors aa ON aa.author_id = au.id
            LEFT JOIN articles a ON a.id = aa.article_id
        GROUP BY au.id
    """,
    "v_see_also": """
        SELECT s.article_id, a.headline, a.published_on, a.url, s.position, s.target_id,
            coalesce(t.headline, s.headline) AS target_headline,
            coalesce(t.published_on, s.published_on) AS target_published_on, s.target_url,
            s.first_seen_at, s.last_seen_at, s.last_seen_at = a.last_seen_at AS current
        FROM see_also s JOIN articles a ON a.id = s.article_id LEFT JOIN articles t ON t.id = s.target_id
    """,
    "v_revisions": """
        SELECT r.article_id, a.url, a.language, a.published_on, r.number, r.captured_at, r.headline, r.lead, r.byline,
            r.body, r.digest, r.number = a.revisions AS latest
        FROM revisions r JOIN articles a ON a.id = r.article_id
    """,
    "v_stories": """
        SELECT site, story, count(DISTINCT language) AS languages, count(*) AS articles,
            min(published_on) AS first_on, group_concat(DISTINCT language) AS in_languages
        FROM articles WHERE story IS NOT NULL GROUP BY site, story
    """,
    "v_months": """
        SELECT site, language, substr(published_on, 1, 7) AS month, count(*) AS articles, sum(word_count) AS words
        FROM articles WHERE published_on IS NOT NULL GROUP BY site, language, month
    """,
}
"""Name of the view → its SELECT, as the views were first created."""

ARTICLES_WITH_STATED_HEADLINE: Final = VIEW_QUERIES["v_articles"].replace(
    "a.last_seen_at\n", "a.last_seen_at,\n            a.headline_meta\n"
)
"""``v_articles`` since articles have a stated headline: the first columns are those of before."""
