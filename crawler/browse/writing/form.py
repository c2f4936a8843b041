"""Reads the fields of a form that was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from crawler.normalisation.words.digits import parse_digits
from crawler.notes.records import QUOTED_FIELDS, ArticleKey, BadNote, Field
from crawler.notes.sheets import read_identity

MAX_FIELDS: Final = 1_000
MAX_PLACE: Final = 5_000
"""Characters of an address."""
CODE_PREFIX: Final = "code:"
"""What stands before the name of a code in the name of its field."""


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """The fields of a form by name; of one that is repeated the last."""

    fields: dict[str, str]

    def get(self, name: str) -> str:
        """Return a field, empty where it is missing."""
        return self.fields.get(name, "")

    def read_article(self) -> tuple[ArticleKey, int | None]:
        """Return the article that a form is about, and the revision that the reader saw. Raises BadNote."""
        return read_identity(self.get("article"))

    def read_tags(self) -> list[str]:
        """Return the tags, which commas part."""
        return [tag.strip() for tag in self.get("tags").replace("，", ",").split(",") if tag.strip()]

    def read_place(self, names: Iterable[str]) -> dict[str, str]:
        """Return what the reader's address had besides the article: its parameters of these names."""
        try:
            pairs = parse_qsl(self.get("place")[:MAX_PLACE], max_num_fields=MAX_FIELDS)
        except ValueError:
            return {}
        known_names = frozenset(names)
        return {name: value for name, value in pairs if name in known_names}

    def read_version(self) -> int | None:
        """Return the version of a note that the reader saw. Raises BadNote."""
        return self.read_number("version")

    def read_number(self, name: str) -> int | None:
        """Return a field that is a whole number; None where it is empty. Raises BadNote."""
        text = self.get(name).strip()
        if not text:
            return None
        number = parse_digits(text, most=9)
        if number is None:
            raise BadNote(f"{name} is a number, not {text[:40]!r}")
        return number

    def read_field(self) -> Field | None:
        """Return the part of the article that a passage was marked in; None where the form does not say."""
        for name in QUOTED_FIELDS:
            if self.get("field") == name:
                return name
        return None

    def list_answers(self) -> dict[str, str]:
        """Return the answers to codes by their names."""
        return {
            name.removeprefix(CODE_PREFIX): value.strip()
            for name, value in self.fields.items()
            if name.startswith(CODE_PREFIX)
        }


def parse_form(body: bytes) -> WrittenForm:
    """Return the fields of a form as browsers encode it. Raises BadNote for more of them than any form has."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise BadNote("the form has too many fields") from None
    return WrittenForm({name: value.encode("utf-8", "replace").decode() for name, value in pairs})
