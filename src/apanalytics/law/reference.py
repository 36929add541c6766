"""The reference page: every parameter as a timeline with its sources."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from apanalytics.law.catalogue import parameters
from apanalytics.law.dated import Entry, Parameter

_FAMILIES = {
    "smic": "Minimum wage",
    "hours": "Hours",
    "cap": "Caps",
    "general": "Ordinary law",
    "protected": "Protected sectors (S1, S1bis)",
    "protected_strong_loss": "Protected sectors with a strong loss",
    "closed": "Closed by the administration",
    "territory_restricted": "Restricted territories",
    "ski_area": "Catchment of ski lifts",
    "childcare": "Parents without childcare",
    "vulnerable": "Vulnerable persons",
    "apld": "APLD",
    "apld_r": "APLD-R",
    "mayotte": "Mayotte",
    "employee": "Employee",
    "financing": "Financing",
    "procedure": "Procedure",
    "rule": "Rules in words",
    "sanction": "Sanctions",
    "secrecy": "Statistical secrecy",
}
_ABSENT = {
    "none": "none: the law sets no such value",
    "repealed": "no longer in force",
    "not_found": "**not found**",
}
_HEAD = """# The law, parameter by parameter

Generated from `src/apanalytics/law/parameters/`; do not edit. A row is a value and the first day (of hours
worked, unless said otherwise) to which it applies. *Known from* is the day of publication; where it was not
found the day of effect serves, marked «=». *Confidence*: high, two or more sources; medium, one good source
or an uncertain day; low, a conflict or an inference. What was not found is said, and asking for it is an
error that names the last known value.
"""


def reference_page() -> str:
    """Return the reference page in Markdown: each parameter as a timeline with its sources.

    Examples
    --------
    >>> print(reference_page().splitlines()[0])
    # The law, parameter by parameter
    """
    parts = [_HEAD]
    found = {
        family: list(group) for family, group in groupby(parameters(), key=lambda p: p.name.split(".")[0])
    }
    for family in sorted(found, key=list(_FAMILIES).index):
        parts.append(f"## {_FAMILIES[family]}\n")
        parts.extend(_timeline(parameter) for parameter in found[family])
    return "\n".join(parts).rstrip("\n") + "\n"


def _timeline(parameter: Parameter) -> str:
    return "\n".join(
        [
            f"### `{parameter.name}`\n",
            f"{parameter.description}. Unit: {parameter.unit}.\n",
            "| from | value | known from | source | confidence |",
            "|---|---|---|---|---|",
            *(" | ".join(["", *_cells(entry), ""]).strip() for entry in parameter.entries),
            "",
        ]
    )


def _cells(entry: Entry) -> Iterator[str]:
    yield entry.valid_from.isoformat()
    if entry.same_as:
        yield f"as `{entry.same_as}`"
    else:
        yield _cell(str(entry.value)) if entry.value is not None else _ABSENT[entry.missing or "none"]
    yield entry.known_from.isoformat() if entry.known_from_stated else "="
    source = f"[{_cell(entry.reference)}]({entry.url})" if entry.url else _cell(entry.reference)
    yield source + (f"; {_cell(entry.note)}" if entry.note else "")
    yield entry.confidence.replace("_", " ")


def _cell(text: str) -> str:
    return (
        text.replace("|", "\\|").replace("[", "(").replace("]", ")").replace("<", "&lt;").replace(">", "&gt;")
    )
