"""Activities (NAF rév. 2, its sections, the 17 groups of the official aggregates) and size classes."""

from __future__ import annotations

from apanalytics.tables.codelists import rows

NAF: dict[str, str] = {row["naf"]: row["label"] for row in rows("naf.csv")}
"""French label of each NAF rév. 2 sub-class, by its code with the dot (`56.10A`)."""

SECTIONS: dict[str, str] = {row["section"]: row["label"] for row in rows("naf_sections.csv")}
"""French label of each NAF section, `A` to `U`."""

NACE17: dict[str, str] = {row["nace17"]: row["label"] for row in rows("nace17.csv")}
"""French label of each of the 17 groups (INSEE A17) in which the official aggregates are published."""

SIZE_CLASSES: dict[str, str] = {row["size_class"]: row["label"] for row in rows("size_classes.csv")}
"""French label of each INSEE headcount class, from the smallest to the largest; `NN` is none or unknown."""

DIVISIONS: dict[str, tuple[str, str]] = {
    row["division"]: (row["section"], row["nace17"]) for row in rows("naf_divisions.csv")
}
"""(section, 17-group) of each two-digit NAF division."""

DIVISION_LABELS: dict[str, str] = {row["division"]: row["label"] for row in rows("naf_divisions.csv")}
"""French label of each two-digit NAF division (INSEE, NAF rév. 2)."""


def section_of(naf: str | None) -> str | None:
    """NAF section (`A` to `U`) of an activity code, with or without its dot; None where it is unknown.

    Examples
    --------
    >>> section_of("56.10A"), section_of("2573A"), section_of(None), section_of("00.00Z")
    ('I', 'C', None, None)
    """
    return DIVISIONS.get((naf or "")[:2], (None, None))[0]


def nace17_of(naf: str | None) -> str | None:
    """Group of the 17-group nomenclature of an activity code; None where it is unknown.

    Examples
    --------
    >>> nace17_of("56.10A"), nace17_of("29.10Z"), nace17_of("26.11Z"), nace17_of(None)
    ('IZ', 'C4', 'C3', None)
    """
    return DIVISIONS.get((naf or "")[:2], (None, None))[1]
