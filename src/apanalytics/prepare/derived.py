"""What `prepare` keeps under DATA/derived, and how reports and the explorer read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.errors import DataRefused, NothingToDo
from apanalytics.prepare.publish import digest, read_json

FOLDER, CURRENT = "derived", "current.json"
STAGES = ("authorisation", "payment")
ROW_GROUP = 20_000
"""Rows of one region lie together: a region is read without the others."""


@dataclass(frozen=True)
class Derived:
    """The prepared frames of a data folder: per stage, a row per case filed, the same rows in each frame.

    `parts` maps a part's name (a stage, `scores-` or `rows-` and a stage) to its folder.
    """

    folder: Path
    parts: dict[str, Path]

    @property
    def key(self) -> str:
        """Changes when, and only when, a part does: the hash of the inputs and of the code behind them."""
        return digest(*(f"{name}={path.name}" for name, path in sorted(self.parts.items())))

    def cases(
        self, stage: str, region: str | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """The cases of a stage, indexed by `case_id`; of one region, and these columns alone, where given.

        `counted_on` is the day of filing, or its stand-in where `date_basis` is `proxy`.
        """
        return self._read(stage, "cases", region, columns)

    def features(self, stage: str, region: str | None = None) -> pd.DataFrame:
        """The features of the same cases; missing means not known on the day the case is looked at."""
        return self._read(stage, "features", region)

    def criteria(self, stage: str, region: str | None = None) -> pd.DataFrame:
        """A nullable boolean per criterion of the catalogue: missing means «non vérifiable»."""
        return self._read(stage, "criteria", region)

    def anomaly(self, stage: str, region: str | None = None) -> pd.DataFrame:
        """The peer-group anomaly score of the same cases, which needs no outcome of a control."""
        return self._read(stage, "anomaly", region)

    def scores(self, stage: str, region: str | None = None) -> pd.DataFrame | None:
        """Score and calibrated risk by the model given for this stage; None where none was given."""
        if f"scores-{stage}" not in self.parts:
            return None
        return self._read(f"scores-{stage}", "scores", region)

    def filed(self, stage: str, month: date) -> dict[str, int]:
        """Number of cases filed in a month, by region; zero where a region has cases in other months only."""
        columns = ["region", "counted_on"]
        cases = pq.read_table(self.parts[stage] / "cases.parquet", columns=columns).to_pandas()
        within = pd.to_datetime(cases["counted_on"]).dt.to_period("M") == pd.Period(month, "M")
        return {str(region): int(n) for region, n in within.groupby(cases["region"]).sum().items()}

    def _read(
        self, part: str, name: str, region: str | None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        filters = None if region is None else [("region", "=", region)]
        wanted = None if columns is None else ["case_id", *columns]
        rows = pq.read_table(self.parts[part] / f"{name}.parquet", columns=wanted, filters=filters)
        frame: pd.DataFrame = rows.to_pandas(types_mapper=_nullable, date_as_object=False)
        frame = frame.set_index("case_id")
        frame.attrs["stage"] = part.removeprefix("scores-")
        return frame if name == "cases" else frame.drop(columns="region")


def open_derived(data: str | Path) -> Derived:
    """Open what `prepare` last wrote for a data folder.

    Raises
    ------
    NothingToDo : `prepare` has not been run there.

    Examples
    --------
    >>> open_derived("nowhere")
    Traceback (most recent call last):
    apanalytics.errors.NothingToDo: Nothing has been prepared yet (nowhere/derived).
    Run `apanalytics prepare nowhere` first.
    """
    folder = Path(data) / FOLDER
    current = read_json(folder / CURRENT)
    if current is None:
        raise NothingToDo(
            "Nothing has been prepared yet",
            where=str(folder),
            todo=f"Run `apanalytics prepare {data}` first.",
        )
    return Derived(folder, {name: folder / path for name, path in current["parts"].items()})


def write_frame(frame: pd.DataFrame, region: pd.Series[Any], path: Path) -> None:
    """Write a frame indexed by `case_id`, its rows gathered by region, so that one region is read alone.

    Raises
    ------
    DataRefused : the frame has not the same cases as `region`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> frame = pd.DataFrame({"x": [1.0, 2.0]}, index=pd.Index(["b", "a"], name="case_id"))
    >>> region = pd.Series(["94", "32"], index=frame.index)
    >>> with TemporaryDirectory() as folder:
    ...     write_frame(frame, region, Path(folder) / "f.parquet")
    ...     pq.read_table(Path(folder) / "f.parquet").column("case_id").to_pylist()
    ['a', 'b']
    """
    if not frame.index.equals(region.index):
        raise DataRefused(
            "Two frames of one stage have not the same cases in the same order",
            where=path.stem,
            todo="This is a defect of the package: please report it.",
        )
    whole = frame.assign(region=region).rename_axis("case_id").reset_index()
    whole.attrs = {}
    whole = whole.sort_values(["region", "case_id"], kind="stable", ignore_index=True)
    table = pa.Table.from_pandas(whole, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, row_group_size=ROW_GROUP, compression="zstd")


def _nullable(kind: pa.DataType) -> Any:
    """Keep missing booleans and integers missing, instead of turning them into objects or floats."""
    if pa.types.is_boolean(kind):
        return pd.BooleanDtype()
    return pd.Int64Dtype() if pa.types.is_integer(kind) else None
