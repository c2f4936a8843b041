"""What holds for every test."""

import pytest
from hypothesis import settings
from support.long_files import sort_long_files_first

settings.register_profile("seealso", deadline=None)  # how long an example takes is the machine's doing
settings.load_profile("seealso")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sort_long_files_first(items)
