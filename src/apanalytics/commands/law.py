"""`apanalytics law`: what the law gives for a day, with the sources of each figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apanalytics.commands.console import JsonOption, command, give
from apanalytics.errors import InvalidArgument

if TYPE_CHECKING:
    from apanalytics.law import Source

law_app = typer.Typer(
    name="law",
    help="What activité partielle allows and pays on a day, with the sources of each figure.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

On = Annotated[str, typer.Option("--on", help="Day of the hours, YYYY-MM-DD.", metavar="DAY")]
Regime = Annotated[str, typer.Option("--regime", help="Regime, or a combination such as apld+closed.")]
KnownOn = Annotated[
    str | None, typer.Option("--known-on", help="Use only the texts published by this day.", metavar="DAY")
]
Territory = Annotated[str | None, typer.Option("--territory", help="Department code, such as 59, 67, 976.")]
AssumedFloor = Annotated[
    str | None, typer.Option("--assumed-floor", help="Hourly floor to use where the law's was not found.")
]
DaysIdle = Annotated[
    str | None,
    typer.Option("--days-idle", help="Idle days (by halves) of a day package or an executive."),
]
Holidays = Annotated[str, typer.Option("--holidays", help="Public holidays usually not worked, in days.")]


@law_app.command()
@command
def rates(
    on: On,
    regime: Regime = "general",
    known_on: KnownOn = None,
    territory: Territory = None,
    assumed_floor: AssumedFloor = None,
    as_json: JsonOption = False,
) -> None:
    """Print rates, floors and caps of a regime on a day.

    Example: apanalytics law rates --on 2021-03-15 --regime apld+closed
    """
    from apanalytics import law

    found = law.rates(on, regime, known_on, territory=territory, assumed_floor=assumed_floor)
    _print(_fields(found), found.sources, as_json)


@law_app.command()
@command
def pay(
    on: On,
    hourly_wage: Annotated[str, typer.Option("--hourly-wage", help="Gross euros per hour.")],
    hours: Annotated[str, typer.Option("--hours", help="Payable hours.")],
    regime: Regime = "general",
    headcount: Annotated[
        int | None, typer.Option("--headcount", help="On 1 January; needed before March 2020.")
    ] = None,
    known_on: KnownOn = None,
    apprentice: Annotated[bool, typer.Option("--apprentice", help="Same as --category apprentice.")] = False,
    category: Annotated[
        str | None, typer.Option("--category", help="ordinary (default), part_time, temporary or apprentice.")
    ] = None,
    territory: Territory = None,
    assumed_floor: AssumedFloor = None,
    as_json: JsonOption = False,
) -> None:
    """Print what is due to the employee and to the employer for hours not worked.

    Example: apanalytics law pay --on 2021-08-15 --regime protected --hourly-wage 20 --hours 70
    """
    from apanalytics import law

    if apprentice and category not in (None, "apprentice"):
        raise InvalidArgument("--apprentice is a category of its own", where="--category", value=category)
    due = law.pay(
        on,
        regime,
        hourly_wage,
        hours,
        headcount=headcount,
        known_on=known_on,
        category="apprentice" if apprentice else category or "ordinary",
        territory=territory,
        assumed_floor=assumed_floor,
    )
    content = _fields(due)
    del content["rates"]
    _print({"on": on, "regime": regime, **content}, due.sources, as_json)


@law_app.command()
@command
def hours(
    on: On,
    arrangement: Annotated[
        str,
        typer.Option(
            "--arrangement",
            help="35h, over35, part_time, day_package, equivalence, annualised or executive.",
        ),
    ],
    weekly_contract: Annotated[
        str | None, typer.Option("--weekly-contract", help="Hours a week of the contract.")
    ] = None,
    worked: Annotated[
        str, typer.Option("--worked", help="Hours worked per week, one figure or 20,20.")
    ] = "0",
    planned: Annotated[
        str | None, typer.Option("--planned", help="Hours planned per week, such as 33,42.")
    ] = None,
    weeks: Annotated[int | None, typer.Option("--weeks", help="Number of weeks.", min=1)] = None,
    months: Annotated[int | None, typer.Option("--months", help="Months instead of weeks.", min=1)] = None,
    days_leave: Annotated[str, typer.Option("--days-leave", help="Days of leave or rest.")] = "0",
    holidays: Holidays = "0",
    days_idle: DaysIdle = None,
    structural_overtime: Annotated[
        bool, typer.Option("--structural-overtime", help="Hours above 35 are stipulated in time.")
    ] = False,
    agreed_on: Annotated[
        str | None,
        typer.Option("--agreed-on", help="Day on which the overtime was stipulated.", metavar="DAY"),
    ] = None,
    closed: Annotated[
        bool, typer.Option("--closed/--reduced", help="The establishment is closed, or hours are reduced.")
    ] = True,
    territory: Territory = None,
    as_json: JsonOption = False,
) -> None:
    """Print the hours that can be paid for one employee.

    With --territory the public holidays of these weeks are listed; they are deducted only by --holidays, for
    those that are usually worked can be paid.

    \b
    Example:
      apanalytics law hours --on 2020-05-04 --arrangement day_package --weeks 3 --days-leave 2 --holidays 1
    """
    from apanalytics import law
    from apanalytics.law.dated import as_day

    found = law.payable_hours(
        on,
        arrangement,
        weekly_contract=weekly_contract,
        worked=_several(worked),
        planned=None if planned is None else _several(planned),
        weeks=weeks,
        months=months,
        days_leave=days_leave,
        holidays=holidays,
        days_idle=days_idle,
        structural_overtime=as_day(agreed_on, "agreed_on") if agreed_on else structural_overtime,
        closed=closed,
    )
    content = _fields(found)
    if territory is not None:
        count = weeks or len(_several(planned or worked))
        content["public_holidays"] = _public_holidays(as_day(on, "on"), count, territory)
    _print(content, found.sources, as_json)


@law_app.command()
@command
def deadlines(
    filed_on: Annotated[str, typer.Option("--filed-on", help="Day of filing.", metavar="DAY")],
    starts_on: Annotated[str, typer.Option("--starts-on", help="First day asked.", metavar="DAY")],
    ends_on: Annotated[str, typer.Option("--ends-on", help="Last day asked.", metavar="DAY")],
    motive: Annotated[
        int, typer.Option("--motive", help="1..7; 3 accident or weather, 5 exceptional circumstances.")
    ] = 1,
    scheme: Annotated[str, typer.Option("--scheme", help="APDC, APLD or APLD_R.")] = "APDC",
    apld_basis: Annotated[str, typer.Option("--apld-basis", help="agreement or unilateral.")] = "agreement",
    previous: Annotated[
        list[str] | None,
        typer.Option("--previous", help="Earlier authorised period, repeat for more.", metavar="START:END"),
    ] = None,
    over_6_months: Annotated[
        bool,
        typer.Option(
            "--working-time-over-6-months", help="Working time is arranged over more than 6 months."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the deadlines of a request, and how long it may be.

    \b
    Example:
      apanalytics law deadlines --filed-on 2021-09-28 --starts-on 2021-10-01 --ends-on 2021-12-31 \\
        --previous 2021-07-01:2021-09-30
    """
    from apanalytics import law

    found = law.deadlines(
        filed_on,
        starts_on,
        ends_on,
        motive,
        scheme,
        apld_basis=apld_basis,
        previous=[_period(text) for text in previous or ()],
        long_arrangement=over_6_months,
    )
    _print(_fields(found), found.sources, as_json)


@law_app.command()
@command
def simulate(
    plan: Annotated[Path, typer.Argument(help="YAML file of the establishment.", metavar="FILE.yaml")],
    chart: Annotated[
        Path | None,
        typer.Option("--chart", help="Where the chart goes (.png or .svg); beside FILE by default."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Simulate an establishment over several months, for employer, State and Unédic, and draw the chart.

    The keys of the file are described in docs/how-to/law-simulate.md.

    Example: apanalytics law simulate atelier.yaml --json
    """
    from apanalytics import law
    from apanalytics.law.chart import save_chart

    target = chart or plan.with_suffix(".png")
    if target.suffix not in (".png", ".svg"):
        raise InvalidArgument("The chart is a PNG or an SVG", where="--chart", value=str(target))
    if not target.parent.is_dir():
        raise InvalidArgument("No such folder", where="--chart", value=str(target.parent))
    found = law.simulate(plan)
    save_chart(found, target)
    figures = ("idle_hours", "indemnity", "allocation", "employer_cost", "state", "unedic", "net_saving")
    content = {
        "establishment": found.establishment,
        "rows": [_fields(row) for row in found.rows],
        "months": [
            {"month": f"{month:%Y-%m}", **{name: str(found.total(name, month)) for name in figures}}
            for month in found.months
        ],
        "total": {name: str(found.total(name)) for name in figures},
        "chart": str(target),
        "sources": _plain(found.sources),
        "notes": list(found.notes),
    }
    _print(content, found.sources, as_json)


def _public_holidays(day: date, weeks: int, territory: str) -> list[str]:
    """Return the public holidays on weekdays from the Monday of a day's week, for some weeks."""
    from apanalytics.law import working_days

    monday = day - timedelta(days=day.weekday())
    off = working_days(monday, monday + timedelta(weeks=weeks, days=-1), territory).holidays
    return [holiday.isoformat() for holiday in off]


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _period(text: str) -> tuple[str, str]:
    start, colon, end = text.partition(":")
    if not colon:
        raise InvalidArgument("Not a period", where="--previous", value=text, todo="Write START:END.")
    return start, end


def _fields(found: Any) -> dict[str, Any]:
    """Return a result as plain JSON: decimals and days as text."""
    return {name: _plain(value) for name, value in vars(found).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _shortest(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return _fields(value)
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


def _shortest(value: Decimal) -> str:
    """Keep the cents that the law gives, drop the zeros of hours beyond them."""
    text = f"{value:f}"
    while "." in text and len(text.split(".")[1]) > 2 and text.endswith("0"):
        text = text[:-1]
    return text


def _print(content: dict[str, Any], sources: Sequence[Source], as_json: bool) -> None:
    """Print figures, then notes, then where each comes from."""
    lines = [
        line
        for name, value in content.items()
        if name not in ("sources", "notes")
        for line in _line(name, value)
    ]
    lines += [f"note: {note}" for note in content["notes"]]
    lines += ["", "Sources", *(f"  {line}" for line in dict.fromkeys(source.line() for source in sources))]
    give(content, as_json, "\n".join(lines))


def _line(name: str, value: Any) -> list[str]:
    label = name.replace("_", " ")
    if isinstance(value, dict):
        inner = {key: item for key, item in value.items() if key != "sources"}
        return [f"{label}:", *(f"  {line}" for key, item in inner.items() for line in _line(key, item))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = [list(value[0]), *([str(cell) for cell in item.values()] for item in value)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = (
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
        )
        return [f"{label}:", *(f"  {line}" for line in table)]
    if isinstance(value, list):
        return [f"{label}: {', '.join(map(str, value)) or 'none'}"]
    if isinstance(value, bool):
        return [f"{label}: {'yes' if value else 'no'}"]
    return [f"{label}: {'-' if value is None else value}"]
