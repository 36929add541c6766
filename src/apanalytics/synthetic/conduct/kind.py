"""What a kind of conduct is: what it does to the records, who does it, where it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from apanalytics.synthetic.draws import Bools, Draws

if TYPE_CHECKING:
    import pandas as pd

    from apanalytics.synthetic.lines import Lines


class Asks(Protocol):
    """Changes the requests of `on` in place: what is declared and asked, and what would be due."""

    def __call__(self, requests: pd.DataFrame, on: Bools, draws: Draws) -> None: ...


class Claims(Protocol):
    """Changes the lines of `on` in place: what is claimed, what was due, what payroll shows."""

    def __call__(self, lines: Lines, on: Bools, draws: Draws) -> None: ...


@dataclass(frozen=True)
class Kind:
    """One kind of conduct. Its rates are knobs (`conduct.kinds`); its effect is code.

    Parameters
    ----------
    code : name in `truth.kind` and in the settings.
    deliberate : False for an error in good faith.
    findings : criteria codes that an inspector writes when he finds it.
    ask, claim : what it does to requests and to lines; None where it leaves them alone.
    at_filing : the draw of filings has decided where it acts (second requests, periods too long).
    activities : weight by activity group where the kind is commoner or rarer than elsewhere (1).
    months : weight of the chance per case by calendar month (1..12), where it acts more or less than
        usual (1).
    """

    code: str
    deliberate: bool
    findings: tuple[str, ...]
    ask: Asks | None = None
    claim: Claims | None = None
    at_filing: bool = False
    activities: Mapping[str, float] = field(default_factory=dict)
    months: Mapping[int, float] = field(default_factory=dict)
