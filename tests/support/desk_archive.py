"""A small archive for the desk: six articles in four languages and three scripts."""

from __future__ import annotations

from pathlib import Path

from crawler.archive import Archive
from support.newsroom import GAZETTE, NOW, Newsroom

BODIES = (
    ("en", "2019-03-01", "The old boat sank near the red rocks. A boat is a boat."),
    ("en", "2019-05-02", "The school by the river is closed, =1+1 said the teacher."),
    ("en", "2021-01-03", "A new boat, and a school for the boat builders."),
    ("it", "2021-02-03", "La barca e la scuola."),
    ("zh", "2021-04-05", "小船过河。小船很好。"),
    ("ar", "2021-06-05", "القارب في النهر والقارب في الميناء."),
)


def build_desk_archive(path: Path) -> Path:
    """Archive the articles, and return the path."""
    room = Newsroom()
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, (language, day, body) in enumerate(BODIES, 1):
            archive.keep([room.visit(room.article(key, f"Report {key}", body, language=language, on=day))], run, NOW)
        archive.finish_run(run, "finished", NOW)
    return path
