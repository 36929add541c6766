"""The whole draw: blocks of firms one after the other, then files."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from apanalytics import sources
from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.block import draw_block
from apanalytics.synthetic.claims import Country
from apanalytics.synthetic.draws import Draws, Ints
from apanalytics.synthetic.filing import Filings, blocks
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw, monthly_law
from apanalytics.synthetic.official import Wave, month_range, wave
from apanalytics.synthetic.rates import Rates
from apanalytics.synthetic.register import register
from apanalytics.synthetic.scenario_files import settings as read_settings
from apanalytics.synthetic.sizing import Sizes, sizes
from apanalytics.synthetic.writing import Writing
from apanalytics.tables import read, replacing
from apanalytics.tables.geography import parse_region

LAYOUTS = ("canonical", "extracts")
MARK = "synth.json"
"""The file that says how a folder was drawn."""
TICKS = 10
"""How often a draw says how far it is."""
_DAY = np.timedelta64(1, "D")
_SLACK_MONTHS = 16
_CARRIED = ("establishments", "requests", "claims", "payroll", "payroll_months", "headcounts")
"""Tables that the real layouts carry, though not with every column."""


@dataclass(frozen=True)
class Drawn:
    """What a draw left: its folder, rows by table, requests of the whole country, rates (see `Rates`)."""

    folder: Path
    rows: dict[str, int]
    national_requests: int
    rates: dict[str, Any]


def _quiet(step: str) -> None:
    """Say nothing."""


def synth(
    out: str | Path,
    requests: int = 20_000,
    seed: int = 0,
    regions: Sequence[str] | None = None,
    start: str | None = None,
    end: str | None = None,
    scenario: str | Path = "base",
    layout: str = "canonical",
    lines: bool = True,
    step: Callable[[str], None] = _quiet,
) -> Drawn:
    """Draw a synthetic country and write it.

    Payroll and controls begin 13 months before `start` (4 in `tiny`). Of the requests filed in those months,
    beside the `requests` of the window, the country has those that a claim of the window or a control
    rests on, with all of their claims.

    Parameters
    ----------
    out : folder to write; an earlier draw there is replaced once the new one is complete.
    requests : requests filed in the whole country in the window, 1 or more; a region gets its share.
    seed : the same seed, arguments and version give the same values.
    regions : region codes or labels to keep; the rows are those of the national draw. None keeps all.
    start, end : first and last month of filing, `YYYY-MM`, from 2019-01 to 2023-12; None is the scenario's.
    scenario : one of `synthetic.scenarios()`, or a YAML file of one's own that extends one.
    layout : `canonical` tables; or `extracts` in the real layouts of SI APART, SIRENE, DSN, URSSAF, GIP-MDS,
        with `tables` beside them for what no extract has (controls, selections, truth and others).
    lines : False leaves out `claim_lines` and `payroll`, and changes nothing else.
    step : called `TICKS` times with how far the draw is.

    Returns
    -------
    Rows by table, the number of requests of the whole country, and the rates that the draw came to.

    Raises
    ------
    InvalidArgument : an argument has a value that cannot be used, or `out` holds something else.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     drawn = synth(f"{place}/corsica", requests=2000, seed=1, regions=["94"], scenario="tiny")
    ...     sorted(drawn.rows)[:4], drawn.national_requests
    (['agreements', 'claim_lines', 'claims', 'controls'], 2000)
    """
    if layout not in LAYOUTS:
        raise InvalidArgument(
            "Unknown layout", where="--layout", value=layout, todo=f"Use one of: {', '.join(LAYOUTS)}."
        )
    if requests < 1:
        raise InvalidArgument(
            "A country needs a request at least",
            where="--requests",
            value=requests,
            why="Nothing would be drawn.",
            todo="Give 1 or more; 20,000 is a small country.",
        )
    kept = sorted({parse_region(region, "--regions") for region in regions or ()})
    knobs = read_settings(scenario)
    start, end = start or knobs.window.start, end or knobs.window.end
    asked = {"requests": requests, "seed": seed, "regions": kept, "start": start, "end": end}
    note = {**asked, "scenario": str(scenario), "layout": layout, "lines": lines}
    plan = _plan(requests, seed, kept, start, end, knobs)
    rates = Rates(start)
    with replacing(out, mark=MARK) as folder:
        rows = _write(plan, folder, layout, lines, rates, step)
        text = json.dumps({**note, "rows": rows, "rates": rates.shares()}, indent=2)
        (folder / MARK).write_text(text + "\n", "utf-8")
    step("files")
    return Drawn(Path(out), rows, requests, rates.shares())


@dataclass(frozen=True)
class _Plan:
    """What is drawn, before anything is."""

    requests: int
    regions: Ints
    wave: Wave
    law: MonthlyLaw
    draws: Draws
    settings: Settings
    size: Sizes

    def country(self, frame: Filings) -> Country:
        """Return what the steps of a block need."""
        closing = (self.wave.months[-1] + 1).astype("datetime64[D]")
        until = closing - _DAY + self.settings.inspection.extracted_after_days * _DAY
        places = register(frame, self.wave, self.draws, self.settings)
        return Country(
            frame, places, self.wave, self.size, self.law, self.draws, self.settings, closing, until
        )


def _plan(count: int, seed: int, regions: list[str], start: str, end: str, knobs: Settings) -> _Plan:
    before = knobs.payroll.months_before
    months = month_range(start, end)
    law = monthly_law(str(months[0] - before), str(months[-1] + _SLACK_MONTHS))
    expected = wave(start, end, before, float(law.legal_hours[0]))
    return _Plan(
        count, _positions(regions, expected), expected, law, Draws(seed), knobs, sizes(expected, knobs)
    )


def _positions(regions: list[str], expected: Wave) -> Ints:
    for region in regions:
        if region not in expected.regions:
            raise InvalidArgument(
                "No published figure for this region",
                where="--regions",
                value=region,
                todo=f"Use some of: {', '.join(expected.regions)}.",
            )
    return np.array(
        [expected.regions.index(region) for region in regions or expected.regions], dtype=np.int64
    )


def _write(
    plan: _Plan, folder: Path, layout: str, lines: bool, rates: Rates, step: Callable[[str], None]
) -> dict[str, int]:
    """Draw block by block to parts of tables, then put each table together; return the rows of each."""
    with tempfile.TemporaryDirectory(prefix=".parts.", dir=folder.parent) as place:
        target = folder if layout == "canonical" else Path(place) / "canonical"
        with Writing(target, Path(place), lines) as writing:
            _draw(plan, writing, rates, step)
        if layout == "extracts":
            _write_extracts(target, folder)
    return writing.rows


def _draw(plan: _Plan, writing: Writing, rates: Rates, step: Callable[[str], None]) -> None:
    said, first = 0, True
    for frame in blocks(
        plan.requests, plan.regions, plan.wave, plan.size, plan.law, plan.draws, plan.settings
    ):
        if len(frame.establishments) or first:
            first, counted = False, {}
            for name, table in draw_block(plan.country(frame)):
                counted[name] = table
                writing.add(name, table)
            rates.add(counted["truth"], counted["claims"])
        for _ in range(said, (TICKS - 1) * frame.reached // plan.requests):
            said += 1
            step(f"{frame.reached:,} requests")


def _write_extracts(country: Path, folder: Path) -> None:
    """Write the real layouts of what a drawn country holds, and beside them the tables that no extract has.

    Payroll needs its nominative rows: without them, monthly payroll is one of these tables.
    """
    tables = read(country)
    sources.write_apart(tables, folder / "apart")
    sources.write_sirene(tables, folder / "sirene")
    sources.write_urssaf(tables, folder / "urssaf")
    sources.write_gip_mds(tables, folder / "api-entreprise")
    if tables.has("payroll"):
        sources.write_champollion(tables, folder / "dsn")
    carried = _CARRIED if tables.has("payroll") else set(_CARRIED) - {"payroll_months"}
    (folder / "tables").mkdir()
    for name in sorted(set(tables.names) - set(carried)):
        shutil.copyfile(country / f"{name}.parquet", folder / "tables" / f"{name}.parquet")
