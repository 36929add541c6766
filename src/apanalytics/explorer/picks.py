"""Which of the sections and NAF codes ticked count: the narrower of two that hold each other."""

from __future__ import annotations

from apanalytics.explorer.view import View
from apanalytics.tables.activities import DIVISION_LABELS, NAF, section_of

SECTION = "section"
"""Name of the group of tick boxes that sections are."""


def picked(view: View) -> tuple[str, ...]:
    """Give the sections and starts of NAF codes that count.

    A division ticked narrows its section; two divisions of it are both kept.

    Examples
    --------
    >>> picked(View(groups={"section": ("C", "I")}, naf=("56", "56.10A", "25")))
    ('56.10A', '25')
    """
    asked = (*view.groups.get(SECTION, ()), *view.naf)
    return tuple(one for one in asked if not any(holds(one, other) for other in asked))


def holds(wide: str, narrow: str) -> bool:
    """Whether a section or the start of a code holds a narrower one.

    Examples
    --------
    >>> holds("I", "56"), holds("56", "56.10A"), holds("56", "56"), holds("C", "I")
    (True, True, False, False)
    """
    if wide == narrow or not is_code(narrow):
        return False
    return narrow.startswith(wide) if is_code(wide) else section_at(narrow) == wide


def is_code(value: str) -> bool:
    """Whether a value is the start of a NAF code, and no section."""
    return value[:1].isdigit()


def section_at(naf: str) -> str:
    """Give the section of a NAF code or of its start; `?` where there is none."""
    return section_of(naf) or "?"


def activity_fr(start: str) -> str:
    """Write the start of a NAF code with its label, where it has one.

    Examples
    --------
    >>> activity_fr("56"), activity_fr("56.1")
    ('56 Restauration', '56.1')
    """
    return f"{start} {DIVISION_LABELS.get(start) or NAF.get(start, '')}".strip()
