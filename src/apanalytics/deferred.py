"""Packages whose public names are loaded when first used: who needs one of them waits for no other."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any


class _Surface(ModuleType):
    """A package that fetches its names. Where a submodule and a function share a name, the function wins."""

    _homes: Mapping[str, str]
    _modules: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        if name in self._modules:
            return import_module(f"{self.__name__}.{name}")
        if name not in self._homes:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{self.__name__}.{self._homes[name]}"), name)
        setattr(self, name, value)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and name in self._homes:
            value = getattr(value, name)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._homes})


def defer(package: str, homes: Mapping[str, Sequence[str]], modules: tuple[str, ...] = ()) -> None:
    """Let a package fetch its public names from its modules when they are first asked for.

    Parameters
    ----------
    package : `__name__` of the package that calls.
    homes : public names by module; the package lists them again under `TYPE_CHECKING`, for who reads types.
    modules : modules that are public themselves.

    Examples
    --------
    >>> from apanalytics import risk
    >>> callable(risk.wilson), "RiskModel" in dir(risk)
    (True, True)
    """
    surface = sys.modules[package]
    surface.__dict__["_homes"] = {name: home for home, names in homes.items() for name in names}
    surface.__dict__["_modules"] = modules
    surface.__class__ = _Surface
