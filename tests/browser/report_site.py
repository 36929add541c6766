"""The pages of a small country, made once per process for every test that opens them in a browser."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from apanalytics.reports import report
from tests.unit.country import prepared_country


def pages() -> dict[str, Path]:
    """The regional report, the synthesis, the index and the public page; the firms have hostile names."""
    out = Path(_once().name) / "out"
    return {
        "regional": out / "32" / "rapport-32-2021-09.html",
        "national": out / "FR" / "synthese-FR-2021-09.html",
        "index": out / "index.html",
        "public": out / "public" / "2021-09" / "publication-32-2021-09.html",
    }


@cache
def _once() -> tempfile.TemporaryDirectory[str]:
    """A folder with the reports; removed when the process ends."""
    place = tempfile.TemporaryDirectory(prefix="pages-")
    data, out = prepared_country(Path(place.name) / "data"), Path(place.name) / "out"
    report(data, out, every_region=True, month="2021-09")
    report(data, out, ["32"], month="2021-09", public=True)
    return place
