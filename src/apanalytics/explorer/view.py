"""What one address asks for: filters, order, columns, page. The address holds the whole view."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from apanalytics.criteria import catalogue
from apanalytics.explorer.columns import BOUNDS, BY_NAME, COLUMNS, GROUPS, STAGES_FR, month_of

PAGE_SIZES = (25, 50, 100)
"""Rows of a page that may be chosen."""
LONGEST_SEARCH = 100
MOST_DAYS = 3650
LAST_PAGE = 1_000_000
NAF_START = re.compile(r"\d{2}(\.\d{0,2}[A-Z]?)?")
NO_DOT = re.compile(r"(\d{2})(\d{1,2}[A-Z]?)")
NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,6})?")


@dataclass(frozen=True)
class View:
    """One view of the cases.

    Parameters
    ----------
    stage : `authorisation` or `payment`.
    fires, unverifiable : codes of criteria that must fire, or be «non vérifiable».
    every : whether all of the ticked must hold; else any.
    groups : values ticked by group.
    limits : (least, most) by column of `BOUNDS`, as typed, in the column's own unit.
    months : first and last month.
    naf : starts of activity codes; see `picks.picked` for those that count beside sections.
    due_days, on : decision due from `on` to `due_days` later; `on` None is the last filing day of the data.
    search : text looked for.
    sort, down : order.
    columns : columns shown.
    page, size : which rows.
    notices : in French, what in the address could not be applied.
    """

    stage: str = "payment"
    fires: tuple[str, ...] = ()
    unverifiable: tuple[str, ...] = ()
    every: bool = False
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    months: tuple[date | None, date | None] = (None, None)
    naf: tuple[str, ...] = ()
    due_days: int | None = None
    on: date | None = None
    search: str = ""
    sort: str = "anomaly"
    down: bool = True
    columns: tuple[str, ...] = ()
    page: int = 1
    size: int = PAGE_SIZES[0]
    notices: tuple[str, ...] = ()

    def shown_columns(self, with_risk: bool) -> list[str]:
        """Names of the columns to show, in the order of the list."""
        chosen = self.columns or tuple(column.name for column in COLUMNS if column.usual)
        names = [column.name for column in COLUMNS if column.name in chosen]
        return [name for name in names if name != "risk" or with_risk]

    def pairs(self) -> list[tuple[str, str]]:
        """Parameters of the address, in a fixed order; what is as usual is left out."""
        found: list[tuple[str, str]] = [("stage", self.stage)]
        found += [("c", code) for code in self.fires]
        found += [("nv", code) for code in self.unverifiable]
        found += [("every", "1")] if self.every else []
        found += [(group.name, value) for group in GROUPS for value in self.groups.get(group.name, ())]
        for bounds in BOUNDS:
            ends = self.limits.get(bounds.name, (None, None))
            for end, value in zip(("min", "max"), ends, strict=True):
                if value is not None:
                    found.append((f"{bounds.name}_{end}", written(value / bounds.scale)))
        for name, month in zip(("from", "to"), self.months, strict=True):
            found += [(name, f"{month:%Y-%m}")] if month else []
        found += [("naf", start) for start in self.naf]
        found += [("due", str(self.due_days))] if self.due_days is not None else []
        found += [("on", self.on.isoformat())] if self.on else []
        found += [("q", self.search)] if self.search else []
        found += [("sort", self.sort)] if self.sort != "anomaly" else []
        found += [] if self.down else [("up", "1")]
        found += [("col", name) for name in self.columns]
        found += [("size", str(self.size))] if self.size != PAGE_SIZES[0] else []
        return found + ([("page", str(self.page))] if self.page > 1 else [])

    def address(self, **changes: object) -> str:
        """Query of the address of this view with some changes; a change goes back to the first page."""
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        return urlencode(changed.pairs())

    def filters(self) -> View:
        """Keep the stage and the filters alone, without order, columns and page."""
        plain = View()
        return replace(self, sort=plain.sort, down=True, columns=(), page=1, size=plain.size, notices=())


def written(value: float) -> str:
    """Write a number for an address: a decimal point, no useless zero.

    Examples
    --------
    >>> written(60.0), written(1.25)
    ('60', '1.25')
    """
    return f"{value:.6f}".rstrip("0").rstrip(".")


def parse(parameters: Iterable[tuple[str, str]]) -> View:
    """Read a view from the parameters of an address.

    Nothing is refused: what cannot be applied is left out and told in `View.notices`.

    Examples
    --------
    >>> view = parse([("stage", "payment"), ("c", "EFF-01"), ("amount_eur_min", "1000"), ("page", "x")])
    >>> view.fires, view.limits["amount_eur"], view.page, len(view.notices)
    (('EFF-01',), (1000.0, None), 1, 1)
    """
    return _Reading(parameters).view()


class _Reading:
    """The parameters of one address, and what could not be applied."""

    def __init__(self, parameters: Iterable[tuple[str, str]]) -> None:
        self.given: dict[str, list[str]] = {}
        for name, value in parameters:
            if value != "":
                self.given.setdefault(name, []).append(value)
        self.notices: list[str] = []

    def view(self) -> View:
        stage = self.choice("stage", STAGES_FR, "payment")
        size = int(self.choice("size", [str(size) for size in PAGE_SIZES], str(PAGE_SIZES[0])))
        return View(
            stage=stage,
            fires=self.codes("c", stage),
            unverifiable=self.codes("nv", stage),
            every=bool(self.one("every")),
            groups=self.groups(),
            limits=self.limits(),
            months=(self.month("from"), self.month("to")),
            naf=self.naf(),
            due_days=self.whole("due", 0, MOST_DAYS),
            on=self.day("on"),
            search=self.search(),
            sort=self.choice("sort", BY_NAME, "anomaly"),
            down=not self.one("up"),
            columns=self.columns(),
            page=self.whole("page", 1, LAST_PAGE) or 1,
            size=size,
            notices=tuple(self.notices),
        )

    def many(self, name: str) -> list[str]:
        return self.given.get(name, [])

    def one(self, name: str) -> str:
        return self.many(name)[-1].strip() if self.many(name) else ""

    def refuse(self, what: str, value: str) -> None:
        self.notices.append(f"{what} : « {value[:60]} » n’a pas été compris et n’est pas appliqué.")

    def known(self, value: str, among: Iterable[str]) -> bool:
        if value in among:
            return True
        self.refuse("Colonne", value)
        return False

    def choice(self, name: str, among: Iterable[str], usual: str) -> str:
        value = self.one(name)
        if value and value not in among:
            self.refuse(name, value)
            return usual
        return value or usual

    def codes(self, name: str, stage: str) -> tuple[str, ...]:
        here, anywhere = ({one.code for one in catalogue(at)} for at in (stage, None))
        kept = []
        for code in dict.fromkeys(self.many(name)):
            if code in here:
                kept.append(code)
            elif code in anywhere:
                self.notices.append(f"Le critère {code} est sans objet à cette étape et n’est pas appliqué.")
            else:
                self.refuse("Critère", code)
        return tuple(kept)

    def groups(self) -> dict[str, tuple[str, ...]]:
        found = {group.name: tuple(dict.fromkeys(self.many(group.name))) for group in GROUPS}
        return {name: tuple(value[:60] for value in values) for name, values in found.items() if values}

    def limits(self) -> dict[str, tuple[float | None, float | None]]:
        found = {
            bounds.name: (
                self.number(f"{bounds.name}_min", bounds.scale),
                self.number(f"{bounds.name}_max", bounds.scale),
            )
            for bounds in BOUNDS
        }
        return {name: ends for name, ends in found.items() if ends != (None, None)}

    def number(self, name: str, scale: float) -> float | None:
        text = re.sub(r"[\s\u00a0\u202f]", "", self.one(name))
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            self.refuse("Nombre", text)
            return None
        return float(text.replace(",", ".")) * scale

    def whole(self, name: str, least: int, most: int) -> int | None:
        text = self.one(name)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            self.refuse("Nombre", text)
            return None
        return int(text)

    def month(self, name: str) -> date | None:
        text = self.one(name)
        month = month_of(text) if text else None
        if text and month is None:
            self.refuse("Mois", text)
        return month

    def day(self, name: str) -> date | None:
        text = self.one(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.refuse("Date", text)
            return None

    def naf(self) -> tuple[str, ...]:
        kept: dict[str, None] = {}
        for text in self.many("naf"):
            code = NO_DOT.sub(r"\1.\2", text.strip().upper())
            if NAF_START.fullmatch(code):
                kept[code] = None
            else:
                self.refuse("Code NAF", text)
        return tuple(kept)

    def columns(self) -> tuple[str, ...]:
        """Give the columns chosen; none where they are those shown anyway."""
        chosen = tuple(dict.fromkeys(name for name in self.many("col") if self.known(name, BY_NAME)))
        return () if {*chosen, "risk"} == {column.name for column in COLUMNS if column.usual} else chosen

    def search(self) -> str:
        text = " ".join(self.one("q").split())
        if len(text) > LONGEST_SEARCH:
            self.refuse("Recherche trop longue", text)
            return ""
        return text
