"""The commands `ingest` and `check`: shapes, exit status, one clear message, nothing half-written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from dsn_files import KEY, Export
from extracts import NARROW_CLAIM, NARROW_CLAIMS, SIRET, Extracts

from apanalytics.sources import ingest

FILE_KEYS = {"name", "source", "layout", "rows_read", "rows_kept", "rows_quarantined", "rows_flagged"}


def command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "apanalytics", *map(str, words)], capture_output=True, text=True, check=False
    )


def test_the_result_has_the_shape_that_others_rely_upon(extracts: Extracts) -> None:
    extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM, NARROW_CLAIM.replace("311.54", "x"))
    run = command("ingest", extracts.out, "--apart", extracts.apart, "--json")
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    assert set(result) >= {"files", "tables", "missing_columns"}
    assert set(result["files"][0]) == FILE_KEYS
    assert result["tables"] == {"establishments": 1, "claims": 1}
    assert json.loads((extracts.out / "ingest.json").read_text("utf-8")) == result
    quarantine = pd.read_parquet(extracts.out / "quarantine.parquet")
    assert list(quarantine) == ["source", "file", "line", "raw", "rule", "reason"]
    checked = command("check", extracts.out, "--json")
    assert checked.returncode == 0
    report = json.loads(checked.stdout)
    assert report["ok"] is True
    assert report["tables"]["claims"]["rows"] == 1
    assert report["tables"]["claims"]["errors"] == {}


def test_a_folder_that_breaks_the_contract_ends_with_status_one(tmp_path: Path) -> None:
    (tmp_path / "successions.csv").write_text("predecessor,successor,known_on\n1,2,2020-01-01\n")
    run = command("check", tmp_path)
    assert run.returncode == 1
    assert "refused, format: 1" in run.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Nothing to ingest"),
        (("--apart", "nowhere"), "Folder not found (--apart): 'nowhere'"),
        (("--apart", "src/apanalytics/tables/data"), "No SI APART extract found"),
    ],
)
def test_bad_input_gives_one_message_and_nothing_written(
    tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    run = command("ingest", tmp_path / "out", *words)
    assert run.returncode == 1
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_source_is_read_in_one_go(export: Export) -> None:
    place = export.extracts.place
    export.write()
    (place / "key").write_bytes(KEY)
    export.extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM)
    export.extracts.put("urssaf/effectif.csv", "siret;eff202122", f"{SIRET};12")
    words = (
        "--apart",
        place / "apart",
        "--dsn",
        export.folder,
        "--urssaf",
        place / "urssaf",
        "--memory",
        "300MB",
    )
    run = command("ingest", export.extracts.out, *words, "--key-file", place / "key", "--json")
    assert run.returncode == 0, run.stderr
    made = {"establishments": 1, "claims": 1, "payroll": 1, "payroll_months": 1, "headcounts": 1}
    assert json.loads(run.stdout)["tables"] == made
    refused = command("ingest", place / "other", *words)
    assert refused.returncode == 1
    assert "Identifying column without a key" in refused.stderr
    assert not (place / "other").exists()


def test_the_same_extracts_give_the_same_bytes(extracts: Extracts) -> None:
    extracts.put("apart/c.csv", NARROW_CLAIMS, *(NARROW_CLAIM.replace("A1", f"A{n}") for n in range(200)))
    written = []
    for name in ("first", "second"):
        ingest(extracts.place / name, apart=extracts.apart)
        written.append({path.name: path.read_bytes() for path in (extracts.place / name).iterdir()})
    assert written[0] == written[1]


def test_an_earlier_result_is_replaced_and_a_failure_leaves_it(extracts: Extracts) -> None:
    extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM)
    extracts.run()
    extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM, NARROW_CLAIM.replace("A1", "A2"))
    extracts.run()
    assert len(extracts.table("claims")) == 2
    extracts.put("apart/c.csv", "ID_DA,ETAB_SIRET,MOIS", "1,2,3")
    assert command("ingest", extracts.out, "--apart", extracts.apart).returncode == 1
    assert len(extracts.table("claims")) == 2
    assert sorted(path.name for path in extracts.place.iterdir()) == ["apart", "data"]
