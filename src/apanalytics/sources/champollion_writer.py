"""Canonical payroll written back as the ministry's DSN export: one CSV file per block and month declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from apanalytics.sources.dsn_layout import CODES
from apanalytics.sources.dsn_links import legal_day, legal_month
from apanalytics.sources.headers import HEADERS
from apanalytics.sources.written_files import beside
from apanalytics.tables.connection import literal, quoted
from apanalytics.tables.reading import Tables

_FULL_TIME, _PART_TIME = "10", "20"
_UNPAID_LEAVE = "501"
"""Written for any suspension: the ground is not in the canonical tables."""
_FAR = 10
"""Numbers that the rows below a contract have, each under the contract's own number."""

_LOADED = {
    "DateChargement": "received_on",
    "IdDateChargement": "strftime(received_on, '%Y%m%d')",
    "IdDeclaration": "declaration",
    "DateDeclaration": "month",
}


def write_champollion(tables: Tables, folder: str | Path) -> list[Path]:
    """Write payroll as the DSN export of the ministry («Champollion»): ten blocks per month, as CSV.

    Reading them back gives the same `payroll`, and the `payroll_months` that sum it up, on the columns that
    the export carries. Those that it does not: `person_key` (a person gets a number that no NIR has, the same
    throughout), and `leave_included` where an establishment never declares leave. The export has no number of
    hours for leave and suspensions: they are written as days, with as many decimals as it takes.

    Parameters
    ----------
    tables : canonical tables, with `payroll`.
    folder : where to write; it is created.

    Returns
    -------
    The paths written, `champollion_<block>_YYYY-MM-01.csv`, in order.

    Raises
    ------
    MissingTable : there is no payroll.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> row = {
    ...     "siret": "73282932000074", "month": "2020-04-01", "person_key": "a", "contract_id": "00001",
    ...     "received_on": "2020-05-05", "contract_kind": "permanent", "starts_on": "2019-01-02",
    ...     "contract_hours": 151.67, "worked_hours": 91.67, "leave_hours": 0.0, "suspended_hours": 0.0,
    ...     "idle_hours": 60.0, "overtime_hours": 0.0, "base_pay": 1800.0, "gross_pay": 1100.0,
    ... }
    >>> with tempfile.TemporaryDirectory() as place:
    ...     written = write_champollion(Tables.from_frames({"payroll": pd.DataFrame([row])}), place)
    ...     print(len(written), written[0].name, *written[0].read_text().splitlines()[1:])
    10 champollion_activite_2020-04-01.csv ...
    """
    tables.input("payroll")
    written: list[Path] = []
    with tables.connect() as con:
        con.execute(
            "create temp table people as "
            "select person_key, row_number() over (order by person_key) as person "
            "from (select distinct person_key from payroll)"
        )
        con.execute(
            "create temp table declarations as select siret, month, received_on, row_number() over "
            "(order by month, received_on, siret) as declaration "
            "from (select distinct siret, month, received_on from payroll)"
        )
        months = [
            month for (month,) in con.execute("select distinct month from payroll order by month").fetchall()
        ]
        before = 0
        for month in months:
            before += _prepare(con, month, before)
            written += [_write(con, name, text, month, Path(folder)) for name, text in _BLOCKS.items()]
    return sorted(written)


def _prepare(con: duckdb.DuckDBPyConnection, month: date, before: int) -> int:
    """Number the contracts of a month as `contracts`; return how many they are."""
    con.execute(
        _CONTRACTS, {"month": month, "before": before, "day": legal_day(month), "full": legal_month(month)}
    )
    ((count,),) = con.execute("select count(*) from contracts").fetchall()
    return int(count)


_CONTRACTS = """
create or replace temp table contracts as
select
    p.*, d.declaration, q.person,
    $before + row_number() over (order by d.declaration, q.person, p.contract_id) as contract,
    coalesce(nullif(p.contract_hours, 0) * $day / $full, $day) as day_hours,
    p.contract_hours < $full as is_part_time, $full as full_hours
from payroll as p
join people as q using (person_key)
join declarations as d on d.siret = p.siret and d.month = p.month and d.received_on = p.received_on
where p.month = $month
"""


def _code(lists: Mapping[str, list[str]], column: str) -> str:
    cases = " ".join(f"when {literal(name)} then {literal(codes[0])}" for name, codes in lists.items())
    return f"case {column} {cases} "


_KIND = _code(CODES["contract_kinds"], "contract_kind").replace(
    f"'{CODES['contract_kinds']['apprentice'][0]}'", f"'{CODES['contract_kinds']['fixed_term'][0]}'"
)
_PAYS = {
    CODES["pay"]["gross"]: ("null", "gross_pay", "true"),
    CODES["pay"]["insured"]: ("null", "gross_pay", "true"),
    CODES["pay"]["rebuilt"]: ("null", "base_pay", "base_pay is not null"),
    CODES["pay"]["idle"]: ("idle_hours", "0", "idle_hours <> 0"),
    CODES["pay"]["overtime"][0]: ("overtime_hours", "0", "overtime_hours <> 0"),
}
_PAY_ROWS = " union all ".join(
    f"select *, contract * {_FAR} + {place} as pay, '{code}' as code, {hours} as pay_hours, "
    f"{amount} as pay_amount from contracts where {condition}"
    for place, (code, (hours, amount, condition)) in enumerate(_PAYS.items())
)
_INSURED = list(_PAYS).index(CODES["pay"]["insured"])
_TIMES = " union all ".join(
    f"select *, contract * {_FAR} + {place} as activity, '{code}' as code, {hours} as measure from contracts"
    for place, (code, hours) in enumerate(
        {
            CODES["activity"]["paid"]: "round(worked_hours + leave_hours, 2)",
            CODES["activity"]["unpaid"]: "round(idle_hours + suspended_hours, 2)",
        }.items()
    )
)
_DAYS_OFF = " union all ".join(
    f"select *, contract * {_FAR} + {place} as suspension, '{code}' as code, {hours} / day_hours as days "
    f"from contracts where {hours} <> 0"
    for place, (code, hours) in enumerate(
        {CODES["leave"]: "leave_hours", _UNPAID_LEAVE: "suspended_hours"}.items()
    )
)
_SENT = "(select distinct declaration, siret, month, received_on from contracts)"
_PERSON = f"declaration * {10**10} + person"

_BLOCKS: dict[str, tuple[str, dict[str, str], str]] = {
    "champollion_declaration": (
        _SENT,
        {
            "NatureDeclaration": f"'{CODES['monthly_natures'][0]}'",
            "TypeDeclaration": "'01'",
            "NumeroFraction": f"'{CODES['whole']}'",
            "NumeroOrdreDeclaration": "1",
            "DateFichier": "received_on",
            "SiretEtab": "siret",
        },
        "declaration",
    ),
    "champollion_etablissement": (
        _SENT,
        {"IdEtablissement": "declaration", "Siren": "left(siret, 9)", "NIC": "right(siret, 5)"},
        "declaration",
    ),
    "champollion_individu": (
        "(select distinct declaration, person, month, received_on from contracts)",
        {
            "IdIndividu": _PERSON,
            "IdEtablissement": "declaration",
            "NIRDeclare": "'7' || lpad(cast(person as varchar), 12, '0')",
        },
        "declaration, person",
    ),
    "champollion_contrat": (
        "contracts",
        {
            "IdContrat": "contract",
            "IdIndividu": _PERSON,
            "DateDebut": "starts_on",
            "CodeNature": f"{_KIND} else contract_kind end",
            "CodeDispPolitiquePublique": f"case contract_kind when 'apprentice' "
            f"then '{CODES['apprentice_schemes'][1]}' else '99' end",
            "Numero": "contract_id",
            "DateFinPrev": "case when end_reason is null then ends_on end",
            "CodeUniteQuotite": f"'{CODES['hour_units'][0]}'",
            "QuotiteTravailCategorie": "full_hours",
            "QuotiteTravailContrat": "contract_hours",
            "ModaliteExerciceTempsTravail": f"if(is_part_time, '{_PART_TIME}', '{_FULL_TIME}')",
            "AmenagTpsTravActivParti": "case when idle_hours > 0 then '01' end",
            "SIRETEtabUtilisateur": "null",
        },
        "contract",
    ),
    "champollion_contratfin": (
        "(from contracts where end_reason is not null)",
        {
            "IdContratFin": "contract",
            "IdContrat": "contract",
            "DateFin": "ends_on",
            "CodeMotifRupture": _code(CODES["end_reasons"], "end_reason") + "else '043' end",
        },
        "contract",
    ),
    "champollion_arretdetravail": (
        "(from contracts where false)",
        {"IdArretDeTravail": "contract"},
        "contract",
    ),
    "champollion_autresuspensionexecutioncontrat": (
        f"({_DAYS_OFF})",
        {
            "IdAutreSuspensionExecutionContrat": "suspension",
            "IdContrat": "contract",
            "MotifSuspension": "code",
            "DateDebutSuspension": "month",
            "DateFinSuspension": "last_day(month)",
            "NombreJourOSuspenFractio": "days",
        },
        "suspension",
    ),
    "champollion_versement": (
        "(select distinct declaration, person, month, received_on from contracts)",
        {"IdVersement": _PERSON, "IdIndividu": _PERSON, "DateVersement": "last_day(month)"},
        "declaration, person",
    ),
    "champollion_remuneration": (
        f"({_PAY_ROWS})",
        {
            "IdRemuneration": "pay",
            "IdVersement": _PERSON,
            "DateDebutPeriodePaie": "month",
            "DateFinPeriodePaie": "last_day(month)",
            "NumeroContrat": "contract_id",
            "TypeRemuneration": "code",
            "NombreHeure": "pay_hours",
            "Montant": "pay_amount",
        },
        "pay",
    ),
    "champollion_activite": (
        f"({_TIMES})",
        {
            "IdActivite": "activity",
            "IdRemuneration": f"contract * {_FAR} + {_INSURED}",
            "TypeActivite": "code",
            "Mesure": "measure",
            "UniteMesure": f"'{CODES['hour_units'][0]}'",
        },
        "activity",
    ),
}
"""Each block: its rows, the SQL behind each header that has a value, and the order of the rows."""


def _write(
    con: duckdb.DuckDBPyConnection,
    name: str,
    block: tuple[str, dict[str, str], str],
    month: date,
    folder: Path,
) -> Path:
    source, values, order = block
    said: dict[str, Any] = {**_LOADED, **values}
    columns = ", ".join(f"{said.get(header, 'null')} as {quoted(header)}" for header in HEADERS[name])
    path = folder / f"{name}_{month.isoformat()}.csv"
    with beside(path) as new:
        con.execute(
            f"copy (select {columns} from {source} order by {order}) to {literal(str(new))} "
            "(format csv, delimiter ';', quote '|', escape '|', header)"
        )
    return path
