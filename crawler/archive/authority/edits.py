"""What edits of authors and of places have in common: how they are refused, what they need, which can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from crawler.errors import CrawlerError
from crawler.normalisation.bylines.names import MAX_NAME
from crawler.normalisation.words.text import clean

MAX_WHY_LETTERS: Final = 500
"""Characters of a reason; more are cut off."""


class EditRefused(CrawlerError):
    """The edit cannot be made or undone: the message says why, and what would work."""


class StoredEdit(Protocol):
    """An edit as it is stored."""

    @property
    def id(self) -> int: ...

    @property
    def undone_at(self) -> str | None: ...

    def describe(self) -> str:
        """Return the edit in words."""
        ...


Edit = TypeVar("Edit", bound=StoredEdit)


def check_name(text: str) -> str:
    """Return a name cleaned as it is stored. Raises EditRefused for a text without letters, or too long."""
    name = clean(text)
    if not any(character.isalpha() for character in name) or len(name) > MAX_NAME:
        raise EditRefused(f"“{name[:MAX_NAME]}” is no name: it needs letters, and at most {MAX_NAME} characters")
    return name


def check_why(text: str) -> str:
    """Return a reason cleaned and cut as it is stored. Raises EditRefused for an empty one."""
    why = clean(text)[:MAX_WHY_LETTERS]
    if not why:
        raise EditRefused("an edit needs a reason: --why TEXT")
    return why


def choose_edit_to_undo(
    edits: Sequence[Edit], number: int | None, subject: str, depends_on: Callable[[Edit, Edit], bool]
) -> Edit:
    """Return the edit of this number, by default the last standing one, of all edits of a ``subject``, oldest first.

    ``depends_on`` says whether a later edit builds on an earlier one. Raises EditRefused when there is no such edit,
    when it was undone already, or when a later one depends on it.
    """
    standing = [edit for edit in edits if edit.undone_at is None]
    if number is None and not standing:
        raise EditRefused(f"there is no edit of {subject} to undo")
    edit = next((edit for edit in edits if edit.id == number), None) if number is not None else standing[-1]
    if edit is None:
        raise EditRefused(f"there is no edit {number} of {subject}; see them with: seealso {subject} history")
    if edit.undone_at is not None:
        raise EditRefused(f"edit {edit.id} was undone already, on {edit.undone_at[:10]}")
    for later in standing:
        if later.id > edit.id and depends_on(later, edit):
            raise EditRefused(f"edit {edit.id} cannot be undone before edit {later.id}: {later.describe()}")
    return edit
