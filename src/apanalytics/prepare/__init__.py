"""Everything that reports and explorer need, computed once and kept up to date under DATA/derived."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from apanalytics import __version__
from apanalytics.errors import ModelMismatch
from apanalytics.prepare.derived import CURRENT, FOLDER, STAGES, Derived, open_derived, write_frame
from apanalytics.prepare.filing import counted_on
from apanalytics.prepare.publish import (
    digest,
    exclusive,
    folder_digest,
    publish,
    publish_folder,
    publish_json,
    read_json,
)
from apanalytics.tables import Tables, read
from apanalytics.tables.schema import as_frame

__all__ = ["Derived", "open_derived", "prepare", "prepared"]

NOT_BEHIND = {"reports", "schedule", "explorer", "commands", "prepare"}
"""Packages whose code does not change what is prepared."""
MAY_BE_READ = 3600
"""Seconds during which a part that is no longer current is left for those who opened it."""

Step = Callable[[str], None]


def prepare(data: str | Path, models: Sequence[str | Path] = (), *, step: Step | None = None) -> Path:
    """Compute cases, features, criteria and scores of every case, unless they are there and fresh.

    Features are kept by region and month of filing: only those whose inputs changed are computed again. Each
    part is named after the hash of what it is made from: the input tables, the code of the package and, for
    scores, the model. A part is written beside its place and renamed; `current.json` then points to the
    new parts at once: a reader, or a killed run, meets the old parts or the new ones, never a mixture.

    Parameters
    ----------
    data : folder of the canonical tables.
    models : folders of saved models, one per stage at most; their scores are prepared too.
    step : called with a line on each part that is computed, in English.

    Returns
    -------
    The folder DATA/derived. `open_derived(data)` reads it.

    Raises
    ------
    MissingTable, MissingColumn : the data lack what every case needs.
    ModelMismatch : a model was not made for these features, or cannot be read.

    Examples
    --------
    >>> import shutil, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy = shutil.copytree("data/synthetic", folder + "/data")
    ...     derived = prepare(copy)
    ...     sorted(open_derived(copy).parts), derived.name
    (['authorisation', 'payment', 'rows-authorisation', 'rows-payment'], 'derived')
    """
    return prepared(data, models, step=step).folder


def prepared(data: str | Path, models: Sequence[str | Path] = (), *, step: Step | None = None) -> Derived:
    """Do the same as `prepare`, and return the very parts made of these data and these models.

    Another run, with other models, may move `current.json` at any time: who needs the parts of its own
    models, such as a report, reads these.

    Examples
    --------
    >>> import shutil, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy = shutil.copytree("data/synthetic", folder + "/data")
    ...     prepared(copy).key == open_derived(copy).key
    True
    """
    tell: Step = step or (lambda _: None)
    tables = read(data)
    folder = Path(data) / FOLDER
    with exclusive(folder / ".lock"):
        if not (folder / ".gitignore").exists():
            publish("*\n", folder / ".gitignore")
        before = read_json(folder / CURRENT) or {"parts": {}}
        parts: dict[str, str] = {}
        inputs = tables.fingerprint([name for name in tables.names if name not in ("truth", "selections")])
        for stage in STAGES:
            parts[stage] = name = f"{stage}-{digest(inputs, _code())}"
            if not _in_use(folder / name):
                tell(f"{stage}: cases, features and criteria")
                _prepare_stage(tables, stage, folder / name, tell)
        for model in models:
            _prepare_scores(Path(model), folder, parts, tell)
        for stage in STAGES:
            _prepare_rows(stage, folder, parts, tell)
        if parts != before["parts"]:
            publish_json({"version": __version__, "parts": parts}, folder / CURRENT)
        _forget(folder, keep={*parts.values(), *before["parts"].values(), *map(_dataset, STAGES)})
    return Derived(folder, {name: folder / place for name, place in parts.items()})


def _prepare_stage(tables: Tables, stage: str, place: Path, tell: Step) -> None:
    from apanalytics import risk  # imported here: who finds everything fresh waits for none of it
    from apanalytics.criteria import evaluate
    from apanalytics.features import cases as cases_of

    cases = cases_of(tables, stage)
    cases["counted_on"] = counted_on(tables, stage).reindex(cases.index)
    frame = _features(tables, stage, place.parent / _dataset(stage), tell).reindex(cases.index)
    frame.attrs["stage"] = stage
    criteria = evaluate(frame, stage)
    anomaly = risk.anomaly_scores(frame, cases)
    region = cases["region"]

    def fill(folder: Path) -> None:
        write_frame(cases.drop(columns="region"), region, folder / "cases.parquet")
        write_frame(frame, region, folder / "features.parquet")
        write_frame(criteria, region, folder / "criteria.parquet")
        write_frame(anomaly, region, folder / "anomaly.parquet")

    publish_folder(fill, place)


def _dataset(stage: str) -> str:
    """Name the folder of the features by region and month, which is brought up to date and not replaced."""
    return f"features-{stage}"


def _features(tables: Tables, stage: str, place: Path, tell: Step) -> pd.DataFrame:
    """Bring the dataset of features up to date, region and month by region and month, and read it."""
    from apanalytics.features import FEATURES, features, window, write_dataset

    written = write_dataset(tables, stage, place, window())
    tell(f"{stage}: features of {written.computed} of {written.partitions} regions and months computed")
    if not written.cases:
        return features(tables, stage)
    frame = as_frame(pq.read_table(place)).drop(columns=["stage", "as_of"]).set_index("case_id")
    return frame.astype({name: FEATURES[str(name)].dtype for name in frame})


def _prepare_scores(model_folder: Path, folder: Path, parts: dict[str, str], tell: Step) -> None:
    from apanalytics import risk
    from apanalytics.targeting import read_model
    from apanalytics.targeting.scoring import scores_of

    model = risk.RiskModel.load(model_folder)
    stage = model.stage
    if stage is None:
        raise ModelMismatch("The model says no stage", where=str(model_folder), todo="Train it with --stage.")
    part = f"scores-{stage}"
    parts[part] = name = f"{part}-{digest(parts[stage], folder_digest(model_folder))}"
    if _in_use(folder / name):
        return
    tell(f"{stage}: scores of {model_folder.name}")
    derived = Derived(folder, {stage: folder / parts[stage]})
    frame = derived.features(stage)
    cases = derived.cases(stage)
    scored = scores_of(read_model(model_folder, tell), frame, cases)
    scores = pd.DataFrame(
        {"score": scored.score, "risk": scored.risk, "earlier": scored.earlier}, index=frame.index
    )
    region = cases["region"]
    publish_folder(lambda place: write_frame(scores, region, place / "scores.parquet"), folder / name)


def _prepare_rows(stage: str, folder: Path, parts: dict[str, str], tell: Step) -> None:
    scores = parts.get(f"scores-{stage}")
    code = (Path(__file__).parent / "rows.py").read_bytes()
    parts[f"rows-{stage}"] = name = f"rows-{stage}-{digest(parts[stage], scores or '', code)}"
    if _in_use(folder / name):
        return
    from apanalytics.prepare.rows import write_rows

    tell(f"{stage}: rows of the explorer")
    model = folder / scores if scores else None
    publish_folder(lambda place: write_rows(stage, folder / parts[stage], model, place), folder / name)


@cache
def _code() -> str:
    """Hash of the code and of the parameters that a prepared figure depends upon."""
    package = Path(__file__).parents[1]
    stages = sorted(path for path in package.iterdir() if path.is_dir() and path.name not in NOT_BEHIND)
    return digest(__version__, *(folder_digest(stage) for stage in stages), Path(__file__).read_bytes())


def _in_use(part: Path) -> bool:
    """Whether a part is there; it then counts as opened now (see `_forget`)."""
    if not part.exists():
        return False
    os.utime(part)
    return True


def _forget(folder: Path, keep: set[str]) -> None:
    """Remove parts, but for those of this version, the previous one, or opened in the last hour."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in keep and time.time() - path.stat().st_mtime > MAY_BE_READ:
            shutil.rmtree(path, ignore_errors=True)
