"""What the folder of reports holds: one entry per region and month, and whether it is up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from apanalytics.prepare.publish import exclusive, file_digest, publish_json, read_json

NAME = "manifest.json"


@dataclass(frozen=True)
class Entry:
    """The last attempt at one report.

    Parameters
    ----------
    region, month : INSEE region code; `YYYY-MM`.
    status : `done` (made by the last run), `skipped` (was fresh), `failed` (the files, if any, are older).
    seconds : duration of the last attempt.
    inputs : hash of everything that the attempt was made from.
    files : hash of each file that is there, by its path under the folder of reports.
    made_from : hash of the inputs behind those files; differs from `inputs` after a failure.
    error : what went wrong; None unless failed.
    """

    region: str
    month: str
    status: str
    seconds: float
    inputs: str
    files: dict[str, str] = field(default_factory=dict)
    made_from: str | None = None
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry as `manifest.json` has it: `files` is a list, the hashes stand beside."""
        return {**asdict(self), "files": sorted(self.files), "sha256": self.files}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Entry:
        """The entry back from `manifest.json`."""
        known = {name: value[name] for name in cls.__dataclass_fields__ if name in value}
        return cls(**{**known, "files": value["sha256"]})

    def fresh(self, out: Path, inputs: str) -> bool:
        """Whether the files are there, whole, and made from these inputs."""
        return (
            self.made_from == inputs
            and bool(self.files)
            and all((out / name).is_file() and file_digest(out / name) == h for name, h in self.files.items())
        )

    def skipped(self, inputs: str) -> Entry:
        """The same files, found fresh."""
        return replace(self, status="skipped", seconds=0.0, inputs=inputs, error=None)

    def failed(self, inputs: str, seconds: float, error: str) -> Entry:
        """The same files, kept because a new attempt failed."""
        return replace(self, status="failed", seconds=seconds, inputs=inputs, error=error)


def entries(out: Path) -> list[Entry]:
    """What the manifest of a folder says, by region and month; nothing where there is none.

    Examples
    --------
    >>> entries(Path("nowhere"))
    []
    """
    return [Entry.from_json(value) for value in (read_json(out / NAME) or {"reports": []})["reports"]]


def entry(out: Path, region: str, month: str) -> Entry:
    """What is known of one report; an entry without files where it was never made.

    Examples
    --------
    >>> entry(Path("nowhere"), "32", "2021-09").files
    {}
    """
    for known in entries(out):
        if (known.region, known.month) == (region, month):
            return known
    return Entry(region, month, "failed", 0.0, "", error="never made")


def record(out: Path, news: Sequence[Entry]) -> list[Entry]:
    """Enter the last attempts, keeping the others; one writer at a time.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = record(Path(folder), [Entry("32", "2021-09", "done", 1.5, "h")])
    ...     [e.region for e in record(Path(folder), [Entry("11", "2021-09", "done", 1.5, "h")])]
    ['11', '32']
    """
    with exclusive(out / ".manifest.lock"):
        known = {(e.region, e.month): e for e in entries(out)}
        known.update({(e.region, e.month): e for e in news})
        all_entries = [known[key] for key in sorted(known)]
        publish_json({"reports": [e.as_json() for e in all_entries]}, out / NAME)
    return all_entries
