"""Runs and ends Twisted's reactor, so that it can run again: any number of times, always in the same thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any

from scrapy.utils.reactor import install_reactor, is_reactor_installed


def run_reactor(name: str, begin: Callable[[Any], None]) -> None:
    """Run the reactor of a name until :func:`end_reactor`; ``begin`` is called with it once its loop runs."""
    if not is_reactor_installed():  # a second call would make Scrapy open a loop that nobody runs or closes
        install_reactor(name)
    from twisted.internet import reactor as installed

    reactor: Any = installed
    # Begun once the loop runs: code that asks for "the loop" before would get another one, and wait on it forever,
    # where this process has run a loop of its own meanwhile.
    reactor.callLater(0, begin, reactor)
    # Threads that look up names: the end of the process does not wait for a name server.
    reactor.getThreadPool().threadFactory = partial(Thread, daemon=True)
    try:
        reactor.run(installSignalHandlers=False)
    finally:
        if not reactor.threadpool.working:
            reactor._stopThreadPool()


def end_reactor(reactor: Any, *, cancel_tasks: bool) -> None:
    """Let the reactor's run end. To be called in its thread."""
    if cancel_tasks:  # an engine that is closed while it opens leaves its heartbeat behind
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
    # crash() leaves the loop without shutting the reactor down for good, so that it can run again
    reactor.callLater(0, reactor.crash)
