"""The layout of the ministry's DSN export (base DSNP3, «Champollion») as data: blocks, columns and codes.

Source: column lists of DNUM-SocialGouv/dsn_processing (Apache-2.0); codes of NEODeS, cahier technique 2025.1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from apanalytics.errors import MissingColumn
from apanalytics.tables.connection import literal
from apanalytics.tables.schema import Schema, parse_schema

_SCHEMAS = files("apanalytics.sources").joinpath("schemas")
_BY_PLACE = {"person_key": ("NIRDECLARE", "NIR", "NTT"), "siret": ("SIREN", "NIC")}


@dataclass(frozen=True)
class Block:
    """One block of a declaration: one CSV file per month in the export.

    Attributes
    ----------
    name : table in which its rows are judged, such as `dsn_contracts`.
    file : how the export calls it, such as `champollion_contrat`.
    contract : its schema: the columns that are read, and what they must be.
    headers : the header of each of these columns, as written in the export.
    digits : how many digits a code has, by column: a workbook may have taken its leading zeros away.
    needed : payroll cannot be made without it.
    private : it names persons or says why a contract is suspended: its rows are never shown as text.
    """

    name: str
    file: str
    contract: Schema
    headers: Mapping[str, str]
    digits: Mapping[str, int]
    needed: bool
    private: bool

    @property
    def wanted(self) -> tuple[str, ...]:
        """Headers that a file of this block must have, upper case."""
        wanted = [_BY_PLACE.get(name, (header.upper(),)) for name, header in self.headers.items()]
        return tuple(header for headers in wanted for header in headers)


def _block(text: dict[str, Any]) -> Block:
    return Block(
        name=text["name"],
        file=text["block"],
        contract=parse_schema(text),
        headers={field["name"]: field["header"] for field in text["fields"]},
        digits={field["name"]: field["digits"] for field in text["fields"] if "digits" in field},
        needed=text["needed"],
        private=text["private"],
    )


BLOCKS: tuple[Block, ...] = tuple(
    _block(text) for text in json.loads(_SCHEMAS.joinpath("dsn_blocks.json").read_text("utf-8"))
)
"""The blocks that are read, parents before children."""

CODES: dict[str, Any] = json.loads(_SCHEMAS.joinpath("dsn_codes.json").read_text("utf-8"))
"""Codes of the declaration: natures of contract, reasons of their end, types of pay, of hours, of absence."""


def recognise(header: Sequence[str], file: str) -> Block | None:
    """Tell the block of a file by its first two columns: its own identifier, and that of what it belongs to.

    Raises
    ------
    MissingColumn : a file of a block without a column that is read.

    Examples
    --------
    >>> header = ["IdActivite", "IdRemuneration", "TypeActivite", "Mesure", "UniteMesure"]
    >>> recognise(header, "a.csv").name
    'dsn_activities'
    >>> recognise(["IdAnciennete", "IdIndividu"], "b.csv") is None
    True
    """
    names = {name.strip().upper() for name in header}
    for block in reversed(BLOCKS):  # a child holds the identifier of its parent too
        first, second = (name.upper() for name in list(block.headers.values())[:2])
        if {first, second} <= names:
            for wanted in block.wanted:
                if wanted not in names:
                    raise MissingColumn(block.file, wanted, present=list(header), where=file)
            return block
    return None


def sql(name: str) -> str:
    """Text of one step of `sources/sql`, with the codes of the declaration written into it.

    Examples
    --------
    >>> "motive = '200'" in sql("dsn_absences")
    True
    """
    text = files("apanalytics.sources").joinpath("sql", f"{name}.sql").read_text("utf-8")
    return text.format(**_literals())


@cache
def _literals() -> dict[str, str]:
    flat = {**CODES, **CODES["pay"], **CODES["activity"]}
    written = {name: code for name, code in flat.items() if isinstance(code, str)}
    lists = {name: codes for name, codes in flat.items() if isinstance(codes, list)}
    return written | {name: f"({', '.join(map(literal, codes))})" for name, codes in lists.items()}
