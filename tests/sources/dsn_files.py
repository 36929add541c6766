"""A DSN export of the ministry written by hand: one employer, one month, and what a test changes in it."""

from __future__ import annotations

from typing import Any

from extracts import SIRET, Extracts

from apanalytics.sources.headers import HEADERS

NIR, OTHER_NIR = "1900175000001", "2850675000002"
KEY = b"a key of enough bytes"
MONTH = "2021-04-01"

DECLARATION = {
    "IdDeclaration": 1, "NatureDeclaration": "01", "TypeDeclaration": "01", "NumeroFraction": "11",
    "NumeroOrdreDeclaration": 1, "DateDeclaration": MONTH, "DateChargement": "2021-05-06",
}  # fmt: skip
ESTABLISHMENT = {"IdEtablissement": 11, "IdDeclaration": 1, "Siren": SIRET[:9], "NIC": SIRET[9:]}
PERSON = {
    "IdIndividu": 21, "IdEtablissement": 11, "NIRDeclare": NIR, "NomFamille": "FICTIF", "Prenoms": "ALAIN",
}  # fmt: skip
CONTRACT = {
    "IdContrat": 31, "IdIndividu": 21, "DateDebut": "2019-01-02", "CodeNature": "01",
    "CodeDispPolitiquePublique": "99", "Numero": "00001", "CodeUniteQuotite": "10",
    "QuotiteTravailContrat": "151.67",
}  # fmt: skip
PAYMENT = {"IdVersement": 41, "IdIndividu": 21}
PAY = {
    "IdRemuneration": 51, "IdVersement": 41, "DateDebutPeriodePaie": MONTH,
    "DateFinPeriodePaie": "2021-04-30", "NumeroContrat": "00001", "TypeRemuneration": "002",
    "Montant": "1100.00",
}  # fmt: skip
ACTIVITY = {
    "IdActivite": 61, "IdRemuneration": 51, "TypeActivite": "01", "Mesure": "91.67", "UniteMesure": "10",
}  # fmt: skip

_BLOCKS: dict[str, dict[str, Any]] = {
    "declaration": DECLARATION,
    "etablissement": ESTABLISHMENT,
    "individu": PERSON,
    "contrat": CONTRACT,
    "versement": PAYMENT,
    "remuneration": PAY,
    "activite": ACTIVITY,
}


class Export:
    """The blocks of an export; a test adds and changes rows, then reads it."""

    def __init__(self, extracts: Extracts) -> None:
        self.extracts = extracts
        self.folder = extracts.place / "dsn"
        self.rows: dict[str, list[dict[str, Any]]] = {name: [row.copy()] for name, row in _BLOCKS.items()}

    def change(self, block: str, **values: Any) -> Export:
        """Change the first row of a block."""
        self.rows[block][0] |= values
        return self

    def add(self, block: str, **values: Any) -> Export:
        """Add a row to a block: the usual one, with these values."""
        self.rows.setdefault(block, []).append({**_BLOCKS.get(block, {}), **values})
        return self

    def pay(self, identifier: int, kind: str, **values: Any) -> Export:
        """Add a remuneration of the contract."""
        return self.add("remuneration", IdRemuneration=identifier, TypeRemuneration=kind, **values)

    def employ(self, number: int, activity: dict[str, Any] | None = None, **contract: Any) -> Export:
        """Add a contract of the same person, numbered `number`, with its pay and hours."""
        self.add("contrat", IdContrat=100 + number, Numero=f"{number:05d}", **contract)
        self.add("remuneration", IdRemuneration=100 + number, NumeroContrat=f"{number:05d}")
        return self.add("activite", IdActivite=100 + number, IdRemuneration=100 + number, **(activity or {}))

    def send_again(self, shift: int, received: str, **declaration: Any) -> Export:
        """Add a second declaration of everything, its identifiers moved by `shift`."""
        for name, rows in self.rows.items():
            rows += [_moved(row, shift) for row in rows]
            if name == "declaration":
                rows[-1] |= {"DateChargement": received, **declaration}
        return self

    def write(self, name: str | None = None, encoding: str = "cp1252", end: str = "\r\n") -> Export:
        """Write the blocks as the ministry does: `;` between values, `|` around text."""
        self.folder.mkdir(exist_ok=True)
        for block, rows in self.rows.items():
            header = HEADERS[f"champollion_{block}"]
            lines = [";".join(header)]
            lines += [";".join(_cell(row.get(column)) for column in header) for row in rows]
            path = self.folder / f"champollion_{block}_{name or MONTH}.csv"
            path.write_bytes((end.join(lines) + end).encode(encoding))
        return self

    def run(self, **more: Any) -> dict[str, Any]:
        """Write and read the export; return the machine-readable result."""
        self.write()
        return self.read(**more)

    def read(self, **more: Any) -> dict[str, Any]:
        """Read what lies in the folder."""
        key = self.extracts.place / "key"
        key.write_bytes(KEY)
        return self.extracts.run(**{"dsn": self.folder, "key_file": key, **more})

    def contract(self) -> dict[str, Any]:
        """The only row of `payroll` after reading."""
        (row,) = self.extracts.table("payroll").to_dict("records")
        return row

    def contracts(self) -> dict[int, dict[str, Any]]:
        """The rows of `payroll` after reading, by number of contract."""
        rows = self.extracts.table("payroll").to_dict("records")
        return {int(row["contract_id"]): row for row in rows}

    def month(self) -> dict[str, Any]:
        """The only row of `payroll_months` after reading."""
        (row,) = self.extracts.table("payroll_months").to_dict("records")
        return row


def _moved(row: dict[str, Any], shift: int) -> dict[str, Any]:
    return {
        name: value + shift if name.startswith("Id") and isinstance(value, int) else value
        for name, value in row.items()
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"|{value.replace('|', '||')}|" if isinstance(value, str) else str(value)
