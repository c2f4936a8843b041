"""A grammar of addresses on the front: real routes and parameters with values that make sense, and many that do not."""

import random
from collections.abc import Iterator
from urllib.parse import quote

from crawler.archive.schema.descriptions import read_table_descriptions
from crawler.browse.serving.metadata import read_saved_queries

TABLES = (*read_table_descriptions(), "articles_fts_data", "articles_fts_config", "sqlite_master", "no_such_table")
QUERIES = tuple(read_saved_queries())
FORMATS = ("", "", "", ".json", ".csv", ".jsono", ".blob", ".db", ".xml", ".html", ".", ".json.csv")
OWN_PAGES = (
    *("home", "search", "feed.atom", "authors", "places", "place", "story", "calendar", "health", "graph/1"),
    *("article/1", "article/1/revision/1", "author/1", "calendar/2022", "calendar/2022-01", "calendar/2022-01-32"),
)
ABOUT_DATASETTE = (
    *("versions", "threads", "patterns", "messages", "allow-debug", "permissions", "actor", "settings", "databases"),
    *("plugins", "metadata", "config", "logout", "auth-token", "create-token", "api", "jump", "queries", "schema"),
    *("tasks", "actions", "allowed", "rules", "check", "debug/autocomplete", "static/app.css", "static/../app.py"),
    *("static-plugins/seealso/reading.css", "static-plugins/seealso/../csp.py", "static/", "static/%2e%2e/app.py", ""),
)
COLUMNS = (
    "id",
    "headline",
    "published_on",
    "language",
    "settings",
    "no_such_column",
    "rowid",
    "",
    '"',
    "id;",
    "_x",
    "é",
)
OPERATORS = (
    *("exact", "not", "contains", "endswith", "startswith", "gt", "gte", "lt", "lte", "like", "notlike", "glob", "in"),
    *("notin", "arraycontains", "arraynotcontains", "date", "isnull", "notnull", "isblank", "notblank", "nonsense", ""),
)
PARAMETERS = (
    *("_sort", "_sort_desc", "_next", "_size", "_timelimit", "_through", "_where", "_search", "_searchmode", "_facet"),
    *("_facet_size", "_facet_array", "_facet_date", "_facet_year", "_col", "_nocol", "_labels", "_label", "_shape"),
    *(
        "_json",
        "_json_infinity",
        "_nl",
        "_stream",
        "_dl",
        "_header",
        "_trace",
        "_ttl",
        "_extra",
        "_extras",
        "_blob_column",
    ),
    *("_blob_hash", "_nofacet", "_nosuggest", "_nocount", "_hash", "_context", "_filter_column", "_filter_op"),
    *("_filter_value", "_filter_column_1", "_sort_by_desc", "_facet_x", "_search_headline", "_search_nothing", "sql"),
    *(
        "q",
        "order",
        "page",
        "language",
        "author",
        "place",
        "since",
        "until",
        "site",
        "story",
        "kicker",
        "name",
        "against",
    ),
    *("depth", "query", "article_id", "letter", "year", "month", "view", "_rest", "_no_such", "", "_source", "_pk"),
)
VALUES = (
    *("", "1", "0", "-1", "--", "x", "id", "headline", "published_on", "no_such_column", "on", "off", "max", "1e999"),
    *(
        "999999999999999999999999",
        "2022",
        "2022-01-01",
        "0000-00-00",
        "rank",
        "newest",
        "array",
        "arrays",
        "object",
        "objects",
    ),
    *("'", '"', "`", "]", "[", "{}", "[]", "null", '{"table":"runs"}', '{"table":"captures","column":"id","value":1}'),
    *('{"table":"article_authors","column":"author_id","value":"1"}', '{"table":1,"column":[],"value":{}}', "{", "NaN"),
    *(
        "(((",
        "a AND",
        "NEAR(",
        "author:",
        "*",
        "^",
        "%",
        "%00",
        "\x00",
        "\ud7ff",
        "é",
        "港口",
        "🙂",
        "a" * 3000,
        "../../etc/passwd",
    ),
    *(
        "select 1",
        "select * from captures",
        "1; drop table runs",
        "<script>alert(1)</script>",
        "1,2,3",
        "~",
        "~7E",
        "2,--,",
    ),
    *("id,headline", "_all", "count", "en", "infinity", "\r\nX: y", "\\", "a,b", "-9223372036854775809", "1.5", "true"),
)


def iter_odd_urls(archive: str, count: int, seed: int) -> Iterator[str]:
    """Yield targets as they stand in a request line; the same ones for the same seed."""
    source = random.Random(seed)
    for _ in range(count):
        path = _make_path(source, archive)
        pairs = [_make_pair(source) for _ in range(source.choice((0, 1, 1, 1, 2, 2, 3, 5)))]
        yield path + ("?" + "&".join(pairs) if pairs else source.choice(("", "", "?", "?&", "?=", "?%")))


def _make_path(source: random.Random, archive: str) -> str:
    name = (
        archive if source.random() < 0.95 else source.choice(("_memory", "_internal", "nothing", "", ":memory:", "~"))
    )
    key = source.choice(
        ("1", "1", "99999", "0", "-1", "a", "1,1", "1,2,3", "", "~00", "%00", "%ff", "1~2C1", "é", "9" * 400)
    )
    table = source.choice(TABLES)
    path = source.choice(
        (
            f"/{name}/{table}{source.choice(FORMATS)}",
            f"/{name}/{table}{source.choice(FORMATS)}",
            f"/{name}/articles{source.choice(FORMATS)}",
            f"/{name}/runs{source.choice(FORMATS)}",
            f"/{name}/{table}/{_quote(key)}{source.choice(FORMATS)}",
            f"/{name}/articles/{_quote(key)}{source.choice(FORMATS)}",
            f"/{name}/{source.choice(QUERIES)}{source.choice(FORMATS)}",
            f"/{name}{source.choice(FORMATS)}",
            f"/{name}/-/{source.choice(OWN_PAGES)}",
            f"/{name}/-/{source.choice(OWN_PAGES)}",
            f"/{name}/-/{source.choice(('query', 'schema', 'create', 'queries', 'execute-write', 'article/' + _quote(key)))}",
            f"/{name}/{table}/-/{source.choice(('insert', 'drop', 'schema', 'count', 'fragment', 'autocomplete'))}",
            f"/-/{source.choice(ABOUT_DATASETTE)}{source.choice(FORMATS)}",
            source.choice(
                ("/", "/.json", "/favicon.ico", "/robots.txt", "/-", "//", "/./", "/../", "/%2F", "/~", "*", "")
            ),
        )
    )
    oddity = source.random()
    if oddity < 0.03:
        return path + source.choice(("/", "//", "%", "%zz", "%00", "~", "\xff", ";x=1", "#x", ".", "..", "%0d%0aX:y"))
    if oddity < 0.06 and path:
        at = source.randrange(len(path))
        return path[:at] + source.choice(("%", "~", ".", "/", "%2e", "%2F", "\xe9", "A", "'", "-")) + path[at + 1 :]
    return path


def _make_pair(source: random.Random) -> str:
    if source.random() < 0.3:
        name = (
            f"{source.choice(COLUMNS)}__{source.choice(OPERATORS)}" if source.random() < 0.8 else source.choice(COLUMNS)
        )
    else:
        name = source.choice(PARAMETERS)
    if source.random() < 0.03:
        return name
    value = source.choice(VALUES)
    return (
        f"{_quote(name)}={_quote(value) if source.random() < 0.97 else source.choice(('%', '%zz', '%ff', chr(0xE9)))}"
    )


def _quote(text: str) -> str:
    return text if text.startswith(("%", "~")) else quote(text, safe="")
