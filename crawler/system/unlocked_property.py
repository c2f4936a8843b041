"""A ``functools.cached_property`` without the lock that Python before 3.12 takes for each value."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    unlocked_property = cached_property
else:

    class unlocked_property(cached_property):
        """Works as its base does, for objects that one thread has: a page makes some eighty values so."""

        def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
            """Return the value, and keep it in the place of the property."""
            if instance is None:
                return self
            value = self.func(instance)
            setattr(instance, self.attrname, value)  # which needs no dictionary made for the object, as __dict__ does
            return value
