"""Workers of xdist that send less: of a test that passes, its own report and none of its setup and teardown.

Each message costs both processes, and a run of thousands of tests has six for each: it begins, three reports, it ends,
and the next one may be chosen. A quiet run shows only what its own report says, and what went wrong.
"""

from __future__ import annotations

from typing import Any

import pytest

INTERACTOR = "WorkerInteractor"
"""The class of the plugin that sends; it has no module that could be imported."""


def send_less(config: pytest.Config) -> None:
    """Have the worker that runs these tests send less, if it is one and the run is quiet and shows no durations."""
    if config.option.verbose >= 0 or config.option.durations is not None:
        return
    for plugin in config.pluginmanager.get_plugins():
        if type(plugin).__name__ == INTERACTOR:
            _filter_messages(config.pluginmanager, plugin)


def _filter_messages(plugins: pytest.PytestPluginManager, interactor: Any) -> None:
    send_report = interactor.pytest_runtest_logreport

    @pytest.hookimpl
    def pytest_runtest_logreport(report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed or report.sections:
            send_report(report)

    plugins.unregister(interactor)
    interactor.pytest_runtest_logreport = pytest_runtest_logreport
    interactor.pytest_runtest_logstart = interactor.pytest_runtest_logfinish = None  # not hooks any more
    plugins.register(interactor)
