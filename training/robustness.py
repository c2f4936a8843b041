"""Reads the pages of a folder again in disguise, and prints what each witness is worth to the reader.

    python -m training.body --pages FOLDER --models DIR
    python -m training.pages --pages FOLDER --models DIR
    python -m training.robustness --pages FOLDER --models DIR [--sets NAME…] [--every N] [--only "no names" …]

Every page is read whole by the models that have not seen its domain, once for each row of
:data:`training.disguises.DISGUISES`. A reader that holds on pages which nobody has seen leans on no one witness: the
figures of a row should be near those of the first. Of each set F1 of the body, the share of pages that are read whole
and of those refused; of the pages that are no articles the share that is refused. A thousand pages take some fifty
seconds of the processor for each row.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from crawler.errors import NotAnArticle, PageUnreadable
from seealso import read_page
from training.disguises import DISGUISES, Disguise, disguise_page
from training.figures import BodyScore, score_body, sum_up
from training.out_of_fold import set_models
from training.pages_folder import SavedPage, add_arguments, load_pages


def main() -> None:
    """Print a table: a row for each disguise, a column for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--models", type=Path, required=True, metavar="DIR", help="where the models of the folds are")
    parser.add_argument("--only", nargs="*", choices=[*DISGUISES], metavar="NAME", help="only these disguises")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth page, for a first look")
    arguments = parser.parse_args()
    pages = load_pages(arguments.pages, arguments.work, arguments.sets)[:: max(1, arguments.every)]
    sets = list(dict.fromkeys(page.collection for page in pages))
    print(f"| disguise | {' | '.join(sets)} |\n|---|{'--:|' * len(sets)}", flush=True)
    for name in arguments.only or DISGUISES:
        cells = measure(pages, DISGUISES[name], str(arguments.models))
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def measure(pages: Sequence[SavedPage], disguises: Sequence[Disguise], models: str) -> list[str]:
    """Return for each set its figures when the pages are read in disguise, by the models of their folds."""
    scores: defaultdict[str, list[BodyScore]] = defaultdict(list)
    answers: defaultdict[str, list[bool]] = defaultdict(list)
    for page in pages:
        set_models(page.url, models)
        text = read_text(disguise_page(page.path.read_bytes(), page.url, disguises), page.url)
        answers[page.collection].append(text is None)
        if truth := page.truth.get("body"):
            scores[page.collection].append(score_body(text or "", truth))
    return [_format_cell(refused, scores.get(name, [])) for name, refused in answers.items()]


def read_text(html: bytes, url: str) -> str | None:
    """Return lead and body of a page; None where it is refused."""
    try:
        article = read_page(html, url)
    except NotAnArticle:
        return None
    except PageUnreadable as problem:
        if problem.__cause__ is not None:  # a mistake of ours is no refusal
            raise
        return None
    return "\n".join(part for part in (article.lead, article.body) if part)


def _format_cell(refused: Sequence[bool], scores: Sequence[BodyScore]) -> str:
    share = f"refused {sum(refused) / len(refused):.3f}"
    if not scores:
        return share
    figures = sum_up(scores)
    return f"F1 {figures.f1:.4f}, whole {figures.whole:.3f}, {share}"


if __name__ == "__main__":
    main()
