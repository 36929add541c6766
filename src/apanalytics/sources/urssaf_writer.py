"""Canonical headcounts written back as the URSSAF file «effectif»: a column per month."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from apanalytics.sources.headers import HEADERS
from apanalytics.sources.written_files import beside
from apanalytics.tables.connection import literal, quoted
from apanalytics.tables.reading import Tables


def header_of_month(month: date) -> str:
    """Header of a month: year, quarter, month of the quarter.

    Examples
    --------
    >>> header_of_month(date(2016, 7, 1))
    'eff201631'
    """
    return f"eff{month.year:04d}{(month.month - 1) // 3 + 1}{(month.month - 1) % 3 + 1}"


def write_urssaf(tables: Tables, folder: str | Path) -> list[Path]:
    """Write headcounts as the URSSAF file «effectif», the latest version of each month.

    Reading it back gives the same headcounts, save the day on which each was received: the file does not say
    it, and the reader takes the end of the next month. The account is the SIRET; company names stay empty.

    Parameters
    ----------
    tables : canonical tables, with `headcounts`; `establishments` give the activity and the department.
    folder : where to write; it is created.

    Returns
    -------
    The path written, `effectif.csv`.

    Raises
    ------
    MissingTable : there are no headcounts.

    Examples
    --------
    >>> import tempfile
    >>> from apanalytics.tables import read
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.open().readline()[:36] for path in write_urssaf(read("data/synthetic"), place)]
    ['compte;siret;rais_soc;ape_ins;dep;ef']
    """
    tables.input("headcounts")
    path = Path(folder) / "effectif.csv"
    with tables.connect() as con, beside(path) as new:
        months = [
            month
            for (month,) in con.execute("select distinct month from headcounts order by month").fetchall()
        ]
        values = ", ".join(
            f"max(value) filter (where month = date '{month}') as {quoted(header_of_month(month))}"
            for month in months
        )
        fixed = {"compte": "siret", "siret": "siret", "ape_ins": "max(ape)", "dep": "max(dep)"}
        first = ", ".join(f"{fixed.get(name, 'null')} as {quoted(name)}" for name in HEADERS["effectif"])
        last = ", ".join(f"null as {quoted(name)}" for name in HEADERS["effectif end"])
        con.execute(
            f"copy (select {', '.join(filter(None, (first, values, last)))} from ({_LATEST}) "
            f"group by siret order by siret) to {literal(str(new))} (format csv, delimiter ';', header)"
        )
    return [path]


_LATEST = """
    select h.siret, h.month, arg_max(
            case when headcount = floor(headcount) then cast(cast(headcount as bigint) as varchar)
                else printf('%.6f', headcount) end, h.received_on) as value,
        max(replace(e.naf, '.', '')) as ape, max(e.department) as dep
    from headcounts as h left join establishments as e on e.siret = h.siret
    group by h.siret, h.month
"""
