"""One process beside this one, which runs functions for it, one after another, in the order in which they come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, TypeVar

from crawler.engines.processes import CONTEXT, Lifeline, follow_lifeline, shield_start, start_resource_tracker

ResultT = TypeVar("ResultT")


class Companion:
    """The process; it starts when it is made, while the caller goes on, and ends when :meth:`close` or the caller does.

    ``preload`` is what it calls first. This program's main module is imported in it once more.
    """

    def __init__(self, preload: Callable[[], object]) -> None:
        start_resource_tracker()
        self._lifeline = Lifeline()
        self._executor = ProcessPoolExecutor(
            1, mp_context=CONTEXT, initializer=follow_lifeline, initargs=(self._lifeline.end,)
        )
        with shield_start():
            self.loaded: Future[object] = self._executor.submit(preload)
            """Done when ``preload`` is, with the exception that it raised."""

    def submit(self, function: Callable[..., ResultT], *arguments: Any) -> Future[ResultT]:
        """Let it run a function of a module. Raises BrokenProcessPool where it has died."""
        return self._executor.submit(function, *arguments)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._lifeline.cut()
        self._executor.shutdown(cancel_futures=True)
        self._lifeline.close()
