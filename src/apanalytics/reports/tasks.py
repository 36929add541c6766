"""One report to make: which notebook, with which values, into which files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apanalytics import __version__
from apanalytics.errors import ApanalyticsError, InvalidArgument
from apanalytics.reports.manifest import INTERNAL, PUBLIC
from apanalytics.reports.run import Job, Limits

HERE = Path(__file__).parent
FORMATS = ("html", "pdf")


@dataclass(frozen=True)
class Task:
    """A report to make unless it is fresh.

    Parameters
    ----------
    region, month, variant : its key in the manifest.
    stem : where its files go under the folder of reports, without suffix.
    notebook : name of the notebook.
    parameters : values of the notebook's parameters.
    title : title of the page.
    inputs : hash of everything that it is made from.
    formats : `html`, `pdf`, or both.
    empty : whether there is nothing to report on.
    """

    region: str
    month: str
    stem: str
    notebook: Path
    parameters: Mapping[str, object]
    title: str
    inputs: str
    formats: tuple[str, ...] = ("html",)
    variant: str = INTERNAL
    empty: bool = False

    @property
    def names(self) -> dict[str, str]:
        """The file of each format, under the folder of reports."""
        return {kind: f"{self.stem}.{kind}" for kind in self.formats}

    def job(self, limits: Limits) -> Job:
        """What the worker is asked to do."""
        metadata = {"generator": f"apanalytics {__version__}", "apanalytics-inputs": self.inputs}
        return Job(
            self.notebook, self.parameters, self.title, footer(self.variant), metadata, self.formats, limits
        )


def footer(variant: str) -> str:
    """The last line of a page: what made it, and who may read it.

    Examples
    --------
    >>> "ne pas diffuser" in footer("internal"), "ne pas diffuser" in footer("public")
    (True, False)
    """
    made = f"Produit par apanalytics {__version__}."
    if variant == PUBLIC:
        return f"{made} Données agrégées, secret statistique appliqué ; Licence Ouverte 2.0."
    return f"{made} Document interne : ne pas diffuser hors des services de contrôle."


def find_notebook(name: str = "regional") -> Path:
    """A notebook of the reports: in a checkout under `notebooks/`, else inside the package.

    Raises
    ------
    ApanalyticsError : neither is there.

    Examples
    --------
    >>> find_notebook().name
    'regional.ipynb'
    """
    places = (
        HERE / "notebooks" / f"{name}.ipynb",
        HERE.parents[2] / "notebooks" / "reports" / f"{name}.ipynb",
    )
    for place in places:
        if place.is_file():
            return place
    raise ApanalyticsError("A notebook of the reports is not installed", where=str(places[0]))


def parse_formats(text: str) -> tuple[str, ...]:
    """Formats from a list such as `html,pdf`, each once; HTML is always made, since PDF is made from it.

    Raises
    ------
    InvalidArgument : an unknown format.

    Examples
    --------
    >>> parse_formats("pdf")
    ('html', 'pdf')
    """
    asked = {part.strip().lower() for part in text.split(",") if part.strip()}
    if not asked or asked - set(FORMATS):
        raise InvalidArgument("Unknown format", where="--format", value=text, todo="Use html, or html,pdf.")
    return tuple(kind for kind in FORMATS if kind in asked | {"html"})
