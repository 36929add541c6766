"""Reports of a month, one process and one fresh kernel each; only what is missing or stale is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from apanalytics import __version__
from apanalytics.errors import InvalidArgument, NothingToDo
from apanalytics.prepare import Derived, prepared
from apanalytics.prepare.publish import digest, exclusive, folder_digest, publish
from apanalytics.reports import french
from apanalytics.reports.index import index
from apanalytics.reports.making import make
from apanalytics.reports.manifest import INTERNAL, LOCK, NAME, PUBLIC, Entry, entries, sweep
from apanalytics.reports.parameters import (
    COUNTRY,
    Parameters,
    check_tables,
    label_of,
    parse_month,
    parse_regions,
    plans_by_region,
)
from apanalytics.reports.run import Limits
from apanalytics.reports.tasks import Task, find_notebook, footer, parse_formats
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


@dataclass(frozen=True)
class _Order:
    """What a call asks for, once everything is checked."""

    data: Path
    out: Path
    month: date
    regions: tuple[str, ...]
    models: tuple[Path, ...]
    plans: dict[str, Path]
    formats: tuple[str, ...]
    derived: Derived
    filed: dict[str, int]
    every_region: bool
    behind: str

    def inputs(self, notebook: Path, *more: str | bytes) -> str:
        """Hash of everything that a report is made from: data, code, notebook, and what is its own."""
        return digest(self.behind, notebook.read_bytes(), *more)


def report(
    data: str | Path,
    out: str | Path,
    regions: Sequence[str] = (),
    month: str | date = "",
    models: Sequence[str | Path] = (),
    *,
    every_region: bool = False,
    plans: Sequence[str | Path] = (),
    public: bool = False,
    formats: str = "html",
    jobs: int = 1,
    limits: Limits | None = None,
    keep: int = 3,
    step: Step | None = None,
) -> Reports:
    """Write the regional report of a month for each region, as a self-contained French page.

    Everything is checked before a kernel starts. A report whose inputs have not changed is left alone; one
    that fails leaves the previous one in place and does not stop the others.

    Parameters
    ----------
    data : folder of the canonical tables; what is prepared for them goes to its `derived` folder.
    out : folder of the reports: `REGION/rapport-REGION-YYYY-MM.html`, `index.html`, `manifest.json`.
    regions : INSEE region codes.
    month : month of filing, `YYYY-MM`.
    models : folders of saved models, one per stage at most.
    every_region : every region that has cases in the data, instead of `regions`, and the national synthesis.
    plans : control plans (YAML), one per region at most.
    public : aggregates only, with statistical secrecy, for everybody: pages and open data under `public/`.
    formats : `html`, or `html,pdf`.
    jobs : reports made at the same time.
    limits : longest time and most memory of one report; 15 minutes and 4 GB by default.
    keep : earlier versions of each report to keep.
    step : called with a line of progress, in English.

    Raises
    ------
    InvalidArgument : unknown region, no month, jobs below 1, two plans for a region, an unknown format.
    MissingTable, MissingColumn : the data lack what a report needs.
    NothingToDo : no case was filed that month in any of the regions.
    ReportFailed : PDF is asked for on a machine without Pango.

    Examples
    --------
    >>> report("data/synthetic", "reports", regions=["99"], month="2021-09")
    Traceback (most recent call last):
    apanalytics.errors.InvalidArgument: ...
    """
    tell: Step = step or (lambda _: None)
    if jobs < 1 or keep < 0:
        raise InvalidArgument(
            "At least one report at a time, and no fewer than 0 versions", value=(jobs, keep)
        )
    order = _checked(data, out, regions, month, models, every_region, plans, formats, tell)
    tasks = list(_public_tasks(order, tell) if public else _internal_tasks(order))

    def one(task: Task) -> Entry:
        result = make(task, order.out, limits or Limits(), keep)
        tell(f"{label_of(task.region)}, {task.month}: {result.status} in {result.seconds:g} s")
        return result

    with ThreadPoolExecutor(jobs) as pool:
        results = tuple(pool.map(one, tasks))
    with exclusive(order.out / LOCK):
        sweep(order.out / "index.html")
        publish(index(entries(order.out), footer(INTERNAL)), order.out / "index.html")
    return Reports(order.out, results)


def _checked(
    data: str | Path,
    out: str | Path,
    regions: Sequence[str],
    month: str | date,
    models: Sequence[str | Path],
    every_region: bool,
    plans: Sequence[str | Path],
    formats: str,
    tell: Step,
) -> _Order:
    """Every refusal that can be made before a kernel starts, then the data prepared."""
    first = parse_month(month)
    asked = () if every_region else parse_regions(regions)
    kinds, by_region = parse_formats(formats), plans_by_region(plans)
    if "pdf" in kinds:
        from apanalytics.reports.pdf import renderer

        renderer()
    data, saved = Path(data).resolve(), tuple(Path(model).resolve() for model in models)
    check_tables(read(data))
    derived = prepared(data, saved, step=tell)
    filed = _filed(derived, first)
    chosen = tuple(sorted(set(filed) - {"ZZ"})) if every_region else asked
    _demand_some(filed, chosen, first)
    behind = digest(derived.key, read(data).fingerprint(), folder_digest(HERE), __version__)
    return _Order(
        data, Path(out), first, chosen, saved, by_region, kinds, derived, filed, every_region, behind
    )


def _internal_tasks(order: _Order) -> Iterator[Task]:
    """A report per region, and the national synthesis where every region is asked for."""
    notebook, month = find_notebook(), f"{order.month:%Y-%m}"
    for region in order.regions:
        plan = order.plans.get(region)
        parameters = Parameters(order.data, region, order.month, order.models, plan)
        yield Task(
            region,
            month,
            f"{region}/rapport-{parameters.name}",
            notebook,
            parameters.for_notebook(),
            f"Activité partielle, {label_of(region)}, {french.month(order.month)}",
            order.inputs(notebook, plan.read_bytes() if plan else ""),
            order.formats,
            empty=not order.filed.get(region),
        )
    if order.every_region:
        national = find_notebook("national")
        values = Parameters(order.data, COUNTRY, order.month, order.models).for_notebook()
        yield Task(
            COUNTRY,
            month,
            f"{COUNTRY}/synthese-{COUNTRY}-{month}",
            national,
            {name: values[name] for name in ("data", "month", "models")},
            f"Activité partielle, synthèse nationale, {french.month(order.month)}",
            order.inputs(national),
            order.formats,
        )


def _public_tasks(order: _Order, tell: Step) -> Iterator[Task]:
    """The open data of the month, made here; then a page per region, from those files alone."""
    from apanalytics.reports.publication.publishing import publish_tables

    notebook, month = find_notebook("public"), f"{order.month:%Y-%m}"
    inputs = order.inputs(notebook, PUBLIC)
    folder = publish_tables(order.derived, order.month, order.out, inputs, tell)
    for region in (COUNTRY, *order.regions) if order.every_region else order.regions:
        yield Task(
            region,
            month,
            f"public/{month}/publication-{region}-{month}",
            notebook,
            {"tables": str(folder.resolve()), "region": region, "month": month},
            f"Activité partielle, {label_of(region)}, {french.month(order.month)}, données publiques",
            inputs,
            order.formats,
            variant=PUBLIC,
            empty=region != COUNTRY and not order.filed.get(region),
        )


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
