"""Extracts written by hand in the layouts of the real ones, and what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from apanalytics.sources import ingest
from apanalytics.tables import read

SIRET, OTHER = "73282932000074", "35600000009075"

NARROW_REQUESTS = (
    '"ID_DA","ETAB_SIRET","EFF_ENT","EFF_ETAB","DATE_STATUT","DATE_DEB","DATE_FIN","HTA","MTA","EFF_AUTO",'
    '"MOTIF_RECOURS_SE","PERIMETRE_AP","S_HEURE_CONSOM_TOT","S_EFF_CONSOM_TOT","S_MONTANT_CONSOM_TOT",'
    '"RECOURS_ANTERIEUR"'
)
NARROW_REQUEST = (
    f'"A1","{SIRET}",559.0,40.0,"2020-04-02","2020-03-16",2020-06-30,42078.52,666113.56,39.0,"5","1",'
    '48512.0,31.0,689663.3,"3"'
)
NARROW_CLAIMS = '"ID_DA","ETAB_SIRET","HEURES","MONTANTS","EFFECTIFS","MOIS"'
NARROW_CLAIM = f'"A1","{SIRET}",311.54,2140.0,12.0,"2020-04-01"'

WIDE_REQUESTS = (
    "EFF_ENT_TR,ID_DA,ETAB_SIRET,ETAB_RSS,ETAB_CODE_INSEE,ETAB_VILLE,CODE_NAF2,CODE_NAF2_2,EFF_ENT,EFF_ETAB,"
    "DATE_STATUT,TX_PC,TX_PC_UNEDIC_DARES,TX_PC_ETAT_DARES,DATE_DEB,DATE_FIN,HTA,MTA,EFF_AUTO,PROD_HTA_EFF,"
    "MOTIF_RECOURS_SE,PERIMETRE_AP,RECOURS_ANTERIEUR,AVIS_CE,S_HEURE_CONSOM_TOT,S_MONTANT_CONSOM_TOT,"
    "S_EFF_CONSOM_TOT"
)
WIDE_REQUEST = (
    f'5. Entre 500 et 999 salariés,A1,{SIRET},"DUPONT, JEAN",59350,LILLE,5610a,56,559,40,02/04/2020,'
    '"9,39",0.3,'
    '3.03,16/03/2020,30/06/2020,42078.52,"666113,56",039,1,5,1,3,1,48512,"689663,30",31'
)
WIDE_CLAIMS = "ID_DA,ETAB_SIRET,DEP,REG,CODENAF2,MOIS,HEURES,MONTANTS,EFFECTIFS"
WIDE_CLAIM = f"A1,{SIRET},059,32,5610a,04/2020,311.54,2140,12"


class Extracts:
    """A folder of extracts for one test; `run` ingests it and keeps the result."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.apart, self.sirene, self.out = place / "apart", place / "sirene", place / "data"

    def put(self, name: str, *lines: str, end: str = "\n", encoding: str = "utf-8") -> None:
        """Write one file of lines, `apart/x.csv` or `sirene/x.csv`."""
        path = self.place / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((end.join(lines) + end).encode(encoding))

    def run(self, **more: Any) -> dict[str, Any]:
        """Ingest the folders that are there; return the machine-readable result."""
        folders = {name: path for name in ("apart", "sirene") if (path := self.place / name).exists()}
        return ingest(self.out, **{**folders, **more}).json()

    def table(self, name: str) -> pd.DataFrame:
        """Rows of one canonical table after `run`."""
        return getattr(read(self.out), name).to_pandas()

    def quarantine(self) -> list[tuple[str, int, str]]:
        """(file, line, rule) of each refused row."""
        frame = pd.read_parquet(self.out / "quarantine.parquet")
        return list(frame[["file", "line", "rule"]].itertuples(index=False, name=None))


def balanced(result: dict[str, Any]) -> bool:
    """Whether every file has rows read = kept + quarantined."""
    return all(f["rows_read"] == f["rows_kept"] + f["rows_quarantined"] for f in result["files"])
