"""The filters that a session went through, so that the last change can be undone without a script."""

from __future__ import annotations

import threading

LONGEST = 50
"""Steps that can be undone."""


class Trail:
    """Views one after the other; going back to the one before takes the last one off.

    Examples
    --------
    >>> trail = Trail()
    >>> trail.step("a"), trail.step("b"), trail.step("b"), trail.step("a")
    (None, 'a', 'a', None)
    """

    def __init__(self) -> None:
        self._steps: list[str] = []
        self._lock = threading.Lock()

    def step(self, view: str) -> str | None:
        """Note the view shown, and give the one before it; None at the beginning."""
        with self._lock:
            if view in self._steps[-2:-1]:
                self._steps.pop()
            elif view not in self._steps[-1:]:
                self._steps = [*self._steps, view][-LONGEST:]
            return self._steps[-2] if len(self._steps) > 1 else None
