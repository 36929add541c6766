"""Regional reports in French: figures, tables, pages, and the runs that make them.

`report` is loaded when it is first used: a worker only needs the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apanalytics.reports.runner import Reports, report

__all__ = ["Reports", "report"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'apanalytics.reports' has no attribute {name!r}")
    from apanalytics.reports import runner

    return getattr(runner, name)
