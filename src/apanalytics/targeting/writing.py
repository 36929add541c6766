"""A campaign on disk: the list in three forms, its summary, and the register of probabilities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.tables import Tables, replacing, schema
from apanalytics.targeting.appending import add_part, one_at_a_time, replace_rows
from apanalytics.targeting.campaign import Campaign
from apanalytics.targeting.reading_copies import write_csv, write_xlsx
from apanalytics.targeting.returns import write_forms

SUMMARY = "campaign.json"
RETURNS = "returns"
"""Folder of the forms, one per department, that inspectors fill in."""


def write_list(campaign: Campaign, tables: Tables, folder: str | Path, provenance: Mapping[str, str]) -> Path:
    """Write a campaign's list and add its register to the data folder's ``selections``.

    Parameters
    ----------
    campaign : what `draw_campaign` returned.
    tables : the data folder, which gets the register; frames in memory keep none.
    folder : where ``targets.parquet``, ``.csv``, ``.xlsx``, ``campaign.json`` and the forms of ``returns/``
        go, all or none.
    provenance : ``data`` and ``law``: what the list was made from, for ``campaign.json``.

    Returns
    -------
    The folder. The same campaign gives the same bytes of Parquet, CSV and JSON.
    """
    with replacing(folder, mark=SUMMARY) as beside:
        write_targets(campaign.targets, beside / "targets.parquet")
        write_csv(campaign.targets, beside / "targets.csv")
        write_xlsx(campaign.targets, beside / "targets.xlsx")
        write_forms(campaign.targets, beside / RETURNS)
        summary = campaign.summary | dict(provenance)
        text = json.dumps(summary, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        (beside / SUMMARY).write_text(text, encoding="utf-8")
        if tables.folder is not None:
            register(campaign.selections, tables.folder)
    return Path(folder)


def write_targets(targets: pd.DataFrame, path: Path) -> None:
    """Write a list as Parquet with the types of the contract, through a temporary file."""
    table = pa.Table.from_pandas(targets, schema=schema("targets").arrow(), preserve_index=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    pq.write_table(table.replace_schema_metadata(None), beside, compression="zstd")
    beside.rename(path)


def register(selections: pd.DataFrame, folder: Path) -> None:
    """Add a campaign to the ``selections`` of a data folder; a campaign drawn again replaces itself."""
    with one_at_a_time("selections", folder):
        if (folder / "selections.parquet").is_dir():
            add_part(selections, "selections", str(selections["campaign_id"].iloc[0]), folder)
        else:
            replace_rows(selections, "selections", "campaign_id", folder)


def provenance(tables: Tables, law: str) -> dict[str, Any]:
    """Return the fingerprint of the tables but ``selections``, which grows, and the law's version."""
    return {"data": tables.fingerprint([name for name in tables.names if name != "selections"]), "law": law}
