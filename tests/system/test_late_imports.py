"""Names of a package that are imported when they are first used."""

import sys
from types import ModuleType

import pytest

from crawler.system.late_imports import attach_names


def test_a_name_is_imported_once_and_kept_in_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    package = ModuleType("an_invented_package")
    monkeypatch.setitem(sys.modules, package.__name__, package)
    package.__getattr__, package.__dir__ = attach_names(  # type: ignore[method-assign]
        package.__name__, {"sqrt": "math", "late": ".inner"}
    )
    inner = ModuleType("an_invented_package.inner")
    inner.late = "told"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, inner.__name__, inner)
    assert "sqrt" not in vars(package)
    assert package.sqrt(9) == 3
    assert "sqrt" in vars(package)
    assert package.late == "told"
    assert {"late", "sqrt", "__name__"} <= set(dir(package))
    with pytest.raises(AttributeError, match="module 'an_invented_package' has no attribute 'cube'"):
        _ = package.cube
