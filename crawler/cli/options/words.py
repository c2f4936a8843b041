"""The options of commands that list words: what is counted as one, which are left out, by what they are sorted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crawler.cli.options.picture import svg_option
from crawler.cli.options.types import CountType, DecimalType, NumberType
from crawler.cli.output import format_count, say
from crawler.cli.word_table import DEFAULT_LIMIT

if TYPE_CHECKING:
    from crawler.research.words.stop_words import StopLists

MEASURE_NAMES: Final = {"ll": "LL", "mi": "MI", "dice": "Dice", "log-dice": "log Dice", "t": "t", "z": "z"}
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MOST_WORDS: Final = 8
_MOST_STOP_BYTES: Final = 10_000_000
"""A file of more is no list of words, nor is a device that never ends."""


def measure_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--measure`` and ``--max-q``."""
    by_measure = click.option(
        "--measure",
        type=click.Choice(list(MEASURE_NAMES)),
        default="ll",
        show_default=True,
        help="Sort by log-likelihood (LL), mutual information (MI, in bits), Dice, log Dice, t or z.",
    )
    by_significance = click.option(
        "--max-q",
        type=DecimalType(0, 1),
        metavar="Q",
        help="Leave out words whose log-likelihood may be chance: above this share of false finds "
        "(Benjamini and Hochberg), such as 0.01.",
    )
    return by_measure(by_significance(command))


def word_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--min``, ``--limit``, ``--svg``, and what makes the parameters ``stop`` and ``rule``."""

    @wraps(command)
    def with_rule(*arguments: Any, **options: Any) -> Any:
        from crawler.research.words.tokens import TokenRule

        rule = TokenRule(ngrams=options.pop("ngrams"), segmented=options.pop("segment"))
        stop = _read_stop_lists(options.pop("stop_values"))
        return command(*arguments, stop=stop, rule=rule, **options)

    options = (
        click.option(
            "--min",
            "minimum",
            type=NumberType(min=1),
            default=3,
            show_default=True,
            metavar="N",
            help="Leave out words seen less often.",
        ),
        click.option(
            "--limit",
            type=CountType(),
            metavar="N",
            help=f"Show at most N words of a language.  [default: {DEFAULT_LIMIT}; all with --json, --jsonl, --csv]",
        ),
        click.option(
            "--ngrams",
            type=NumberType(1, _MOST_WORDS),
            metavar="N",
            help="Count N words in a row as one, N characters in Chinese and its like.  "
            "[default: 1 word, 2 characters]",
        ),
        click.option(
            "--segment", is_flag=True, help="Cut Chinese and Japanese into words by their dictionaries (extra segment)."
        ),
        click.option(
            "--stop-words",
            "stop_values",
            multiple=True,
            metavar="FILE",
            help="Leave out the words in this file, and runs with one in them; zh=FILE for one language, iso for the "
            "lists of stopwordsiso (extra stopwords). May be repeated.",
        ),
        svg_option,
    )
    command_with_options: Callable[..., Any] = with_rule
    for option in reversed(options):
        command_with_options = option(command_with_options)
    return command_with_options


def _read_stop_lists(values: Sequence[str]) -> StopLists:
    """Return the lists that values of ``--stop-words`` name, and say on stderr how long they are."""
    from crawler.research.words.stop_words import PACKAGED, StopLists, check_packaged

    everywhere: frozenset[str] = frozenset()
    by_language: dict[str, frozenset[str]] = {}
    for value in values:
        language, equals, name = value.partition("=")
        if value == PACKAGED:
            check_packaged()
            say("left out: the words of stopwordsiso")
        elif equals and _LANGUAGE.fullmatch(language) and not Path(value).exists():
            by_language[language] = by_language.get(language, frozenset()) | _read_stop_words(name)
        else:
            everywhere |= _read_stop_words(value)
    return StopLists(everywhere=everywhere, by_language=by_language, packaged=PACKAGED in values)


def _read_stop_words(name: str) -> frozenset[str]:
    from crawler.research.words.stop_words import read_stop_words

    if not name:
        raise click.UsageError("--stop-words takes a file, not ''")
    path = Path(name)
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_STOP_BYTES + 1)
        if len(content) > _MOST_STOP_BYTES:
            raise click.UsageError(f"{path} is no list of words: it is larger than {_MOST_STOP_BYTES:,} bytes")
        words = read_stop_words(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is no list of words: it is not UTF-8 text") from error
    say(f"left out: {format_count(len(words), 'word')} of {path}")
    return words
