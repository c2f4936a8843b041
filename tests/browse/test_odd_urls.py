"""No address, however odd, is a fault of the program: it gets a page, or an answer that says what is wrong with it."""

import asyncio
import logging
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from support.asgi_requests import Answer, send_request
from support.odd_urls import iter_odd_urls

from crawler.browse.serving.server import make_application

# Datasette leaves facets waiting when it stops in the middle of a table; a server keeps silent about it, too.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
KNOWN = (
    *("articles?_sort=no_such_column", "articles?_sort_desc=no_such_column", "articles?_sort=id&_sort_desc=id"),
    *(
        "articles?_next=--",
        "articles?_next=a,b,c",
        "articles?_next=~ff",
        "articles?_timelimit=x",
        "articles?_timelimit=",
    ),
    *(
        "articles?_through=x",
        "articles?_through={}",
        "articles?_through=[]",
        "articles?_through=null",
        "articles?_size=x",
    ),
    'articles?_through={"table":"runs","column":"id","value":1}',
    'articles?_through={"table":"captures","column":"id","value":1}',
    *(
        "articles?_facet=no_such_column",
        "articles?_facet_array=headline",
        "articles?_facet_date=no",
        "articles?_facet_year=no",
    ),
    *(
        "articles?no_such_column=1",
        "articles?id__nonsense=1",
        "articles?_col=no",
        "articles?_nocol=id",
        "articles?_shape=no",
    ),
    *("articles?_where=1", "articles?_search_no_such=x", "articles?_searchmode=raw&_search=(((", "articles?id__in={"),
    *(
        "articles?id__gt=1e999",
        "articles?id=99999999999999999999999",
        "articles.json?_size=0&_next=1",
        "articles.csv?_size=x",
    ),
    *("articles.csv?_sort=no", "articles.csv?_stream=on&_size=max", "articles.csv?_stream=on&_next=1", "articles.blob"),
    *(
        "articles/1.blob?_blob_column=headline",
        "articles/1.blob?_blob_column=no",
        "articles/1.blob",
        "articles/~ff",
        "articles/%ff",
    ),
    *(
        "article_authors/1",
        "article_authors/1,1,1",
        "articles/1,2",
        "articles/a",
        "articles/.json",
        "runs/x",
        "full_text.blob",
    ),
    *(
        "full_text?_timelimit=x",
        "full_text?query=%00",
        "full_text.csv?query=(((",
        "by_author?_shape=no",
        "no_such_query",
    ),
    *(
        "-/search?page=x",
        "-/search?page=0",
        "-/article/" + "9" * 400,
        "-/calendar/2022-13",
        "-/story",
        "-/graph/1?depth=x",
    ),
)


def ask(path: Path, targets: list[str], method: str = "GET") -> list[Answer]:
    async def ask_all() -> list[Answer]:
        application = make_application(path).app()
        return [await send_request(application, target, method) for target in targets]

    return asyncio.run(ask_all())


def check_answers(path: Path, targets: list[str], answers: list[Answer]) -> None:
    for target, answer in zip(targets, answers, strict=True):
        is_waiting = answer.status == 503 and ("Too slow" in answer.text or "Busy" in answer.text)  # on a busy machine
        assert answer.status < 500 or is_waiting, target
        assert "content-security-policy" in answer.headers, target
        assert answer.headers["x-content-type-options"] == "nosniff", target
        assert str(path.parent) not in answer.text, target
        assert "Traceback" not in answer.text, target
        location = answer.headers.get("location", "")
        assert not location.startswith(("//", "/\\", "http")), target
        if answer.status >= 400:
            assert answer.text, target


def check_silence(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_addresses_that_datasette_answers_with_500(
    library_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    targets = [f"/library/{quote(target, safe='/?&=%~,:*')}" for target in KNOWN]
    answers = ask(library_path, targets)
    check_answers(library_path, targets, answers)
    check_silence(capfd, caplog)
    statuses = {target: answer.status for target, answer in zip(KNOWN, answers, strict=True)}
    for target in (
        "_sort=no_such_column",
        "_next=a,b,c",
        "_timelimit=x",
        "_through=x",
        "_size=x",
        "_facet=no_such_column",
    ):
        assert statuses[f"articles?{target}"] == 400


@pytest.mark.parametrize(
    "target",
    [
        *("//evil.example/", "//evil.example/%2f..", "/\\evil.example/", "/%5Cevil.example/", "http://evil.example/"),
        *(
            "evil.example:443",
            "*",
            "",
            "/library//evil.example/",
            "/\xff/",
            "/library/articles\xe9",
            "/%0d%0aLocation:x/",
        ),
        *(
            "/" + "a" * 20_000,
            "/library/articles?_search=" + "a" * 20_000,
            "/library/" + "../" * 1000,
            "/" + "%" * 5000,
        ),
    ],
)
def test_paths_that_are_none_lead_nowhere(library_path: Path, target: str) -> None:
    [answer] = ask(library_path, [target])
    assert answer.status in (301, 302, 400, 404, 414)
    location = answer.headers.get("location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\r" not in location


def test_fifty_odd_addresses(
    library_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    targets = list(iter_odd_urls("library", 50, seed=9))
    answers = ask(library_path, targets)
    check_answers(library_path, targets, answers)
    check_silence(capfd, caplog)
    statuses = Counter(answer.status for answer in answers)
    assert {200, 302, 400, 403, 404} <= set(statuses)
    assert statuses[200] > 7


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("raw", [False, True])
def test_ten_thousand_odd_addresses(library_path: Path, capfd: pytest.CaptureFixture[str], raw: bool) -> None:
    """It takes two minutes each way."""

    async def ask_all() -> None:
        application = make_application(library_path, raw=raw).app()
        for target in iter_odd_urls("library", 10_000, seed=2026 + raw):
            check_answers(library_path, [target], [await send_request(application, target)])

    asyncio.run(ask_all())
    assert capfd.readouterr() == ("", "")
