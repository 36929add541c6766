"""Regional reports, one process and one fresh kernel each; only what is missing or stale is made."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from apanalytics import __version__
from apanalytics.errors import ApanalyticsError, InvalidArgument, NothingToDo
from apanalytics.prepare import Derived, prepared
from apanalytics.prepare.publish import digest, exclusive, file_digest, folder_digest, publish
from apanalytics.reports import french
from apanalytics.reports.index import index
from apanalytics.reports.manifest import NAME, Entry, entry, record
from apanalytics.reports.parameters import Parameters, check_tables, label_of, parse_month, parse_regions
from apanalytics.reports.run import Job, run
from apanalytics.tables import read

Step = Callable[[str], None]
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Reports:
    """What one call did: an entry per report asked for, and where the folder's index and manifest are."""

    out: Path
    entries: tuple[Entry, ...]

    @property
    def failed(self) -> tuple[Entry, ...]:
        """The reports that could not be made; their earlier versions, if any, are untouched."""
        return tuple(entry for entry in self.entries if entry.status == "failed")

    @property
    def files(self) -> tuple[Path, ...]:
        """The reports asked for that are up to date."""
        return tuple(
            self.out / name for e in self.entries if e.status != "failed" for name in sorted(e.files)
        )

    def as_json(self) -> dict[str, Any]:
        """The same in the shape of `manifest.json`, for this call's reports only."""
        return {
            "reports": [entry.as_json() for entry in self.entries],
            "index": str(self.out / "index.html"),
            "manifest": str(self.out / NAME),
        }


def report(
    data: str | Path,
    out: str | Path,
    regions: Sequence[str] = (),
    month: str | date = "",
    models: Sequence[str | Path] = (),
    *,
    every_region: bool = False,
    jobs: int = 1,
    seconds: int = 900,
    step: Step | None = None,
) -> Reports:
    """Write the regional report of a month for each region, as a self-contained French page.

    Everything is checked before a kernel starts. A report whose inputs have not changed is left alone; one
    that
    fails leaves the previous one in place and does not stop the others.

    Parameters
    ----------
    data : folder of the canonical tables; what is prepared for them goes to its `derived` folder.
    out : folder of the reports: `REGION/rapport-REGION-YYYY-MM.html`, `index.html`, `manifest.json`.
    regions : INSEE region codes.
    month : month of filing, `YYYY-MM`.
    models : folders of saved models, one per stage at most.
    every_region : every region that has cases in the data, instead of `regions`.
    jobs : reports made at the same time.
    seconds : longest time for one report.
    step : called with a line of progress, in English.

    Raises
    ------
    InvalidArgument : unknown region, no month, jobs below 1.
    MissingTable, MissingColumn : the data lack what a report needs.
    NothingToDo : no case was filed that month in any of the regions.

    Examples
    --------
    >>> report("data/synthetic", "reports", regions=["99"], month="2021-09")
    Traceback (most recent call last):
    apanalytics.errors.InvalidArgument: ...
    """
    tell: Step = step or (lambda _: None)
    first = parse_month(month)
    asked = () if every_region else parse_regions(regions)
    if jobs < 1:
        raise InvalidArgument("At least one report at a time", where="--jobs", value=jobs)
    data, out = Path(data).resolve(), Path(out)
    notebook = find_notebook()
    saved = tuple(Path(model).resolve() for model in models)
    check_tables(read(data))
    derived = prepared(data, saved, step=tell)
    filed = _filed(derived, first)
    chosen = tuple(sorted(set(filed) - {"ZZ"})) if every_region else asked
    _demand_some(filed, chosen, first)
    inputs = digest(
        derived.key, read(data).fingerprint(), folder_digest(HERE), notebook.read_bytes(), __version__
    )

    def one(region: str) -> Entry:
        parameters = Parameters(data, region, first, saved)
        result = _one(parameters, out, notebook, inputs, filed.get(region, 0), seconds)
        tell(f"{label_of(region)}: {result.status}")
        return result

    with ThreadPoolExecutor(jobs) as pool:
        results = tuple(pool.map(one, chosen))
    publish(index(record(out, results), _footer()), out / "index.html")
    return Reports(out, results)


def find_notebook() -> Path:
    """The notebook of the regional report: in a checkout under `notebooks/`, else inside the package.

    Raises
    ------
    ApanalyticsError : neither is there.

    Examples
    --------
    >>> find_notebook().name
    'regional.ipynb'
    """
    places = (
        HERE / "notebooks" / "regional.ipynb",
        HERE.parents[2] / "notebooks" / "reports" / "regional.ipynb",
    )
    for place in places:
        if place.is_file():
            return place
    raise ApanalyticsError("The notebook of the regional report is not installed", where=str(places[0]))


def _filed(derived: Derived, month: date) -> dict[str, int]:
    """Number of cases filed in the month by region; regions of the data without one count zero."""
    counts: dict[str, int] = {}
    for stage in ("authorisation", "payment"):
        for region, cases in derived.filed(stage, month).items():
            counts[region] = counts.get(region, 0) + cases
    return counts


def _demand_some(filed: dict[str, int], chosen: Sequence[str], month: date) -> None:
    with_cases = ", ".join(region for region, cases in sorted(filed.items()) if cases)
    if not any(filed.get(region) for region in chosen):
        raise NothingToDo(
            "No request and no claim was filed that month",
            where=", ".join(chosen),
            value=f"{month:%Y-%m}",
            why=f"Regions with cases that month: {with_cases or 'none'}.",
            todo="Choose another month or region; `apanalytics check DATA` shows what the data hold.",
        )


def _one(parameters: Parameters, out: Path, notebook: Path, inputs: str, filed: int, seconds: int) -> Entry:
    """Make one report unless it is fresh; whatever goes wrong, the previous one stays."""
    start = time.monotonic()
    month = f"{parameters.month:%Y-%m}"
    name = f"{parameters.region}/rapport-{parameters.name}.html"
    with exclusive(out / parameters.region / f".{month}.lock", patience=2 * seconds):
        before = entry(out, parameters.region, month)
        if before.fresh(out, inputs):
            return before.skipped(inputs)
        try:
            if not filed:
                raise NothingToDo("No request and no claim was filed that month", value=month)
            page = run(_job(parameters, notebook, inputs, seconds))
            publish(page, out / name)
        except (ApanalyticsError, OSError) as error:
            return before.failed(inputs, round(time.monotonic() - start, 2), str(error))
        return Entry(
            parameters.region,
            month,
            "done",
            round(time.monotonic() - start, 2),
            inputs,
            {name: file_digest(out / name)},
            made_from=inputs,
        )


def _job(parameters: Parameters, notebook: Path, inputs: str, seconds: int) -> Job:
    title = f"Activité partielle, {label_of(parameters.region)}, {french.month(parameters.month)}"
    metadata = {"generator": f"apanalytics {__version__}", "apanalytics-inputs": inputs}
    return Job(notebook, parameters.for_notebook(), title, _footer(), metadata, seconds)


def _footer() -> str:
    return (
        f"Produit par apanalytics {__version__}. "
        "Document interne : ne pas diffuser hors des services de contrôle."
    )
