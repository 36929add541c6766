"""What the folder of reports holds: an entry per report, whether it is up to date, what was under way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from apanalytics.prepare.publish import exclusive, file_digest, publish_json, read_json

NAME, LOCK = "manifest.json", ".manifest.lock"
INTERNAL, PUBLIC = "internal", "public"
"""For the control services; for everybody, with statistical secrecy."""
CUT = "A run was cut off while it put its files in place: some are new, the others of the version before."


@dataclass(frozen=True)
class Entry:
    """The last attempt at one report.

    Parameters
    ----------
    region, month : INSEE region code, or `FR` for the national synthesis; `YYYY-MM`.
    status : `done` (made by the last run), `skipped` (was fresh), `failed` (the files, if any, are older).
    seconds : duration of the last attempt.
    inputs : hash of everything that the attempt was made from.
    files : hash of each file that is there, by its path under the folder of reports.
    made_from : hash of the inputs behind those files; differs from `inputs` after a failure.
    error : what went wrong; None unless failed.
    variant : `internal` or `public`.
    versions : earlier versions that were kept, by path.
    putting : hash of each file about to be put in place; empty but in a run under way, or cut off there.
    """

    region: str
    month: str
    status: str
    seconds: float
    inputs: str
    files: dict[str, str] = field(default_factory=dict)
    made_from: str | None = None
    error: str | None = None
    variant: str = INTERNAL
    versions: tuple[str, ...] = ()
    putting: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one report from another."""
        return self.region, self.month, self.variant

    def as_json(self) -> dict[str, Any]:
        """The entry as `manifest.json` has it: `files` is a list, the hashes stand beside."""
        return {**asdict(self), "files": sorted(self.files), "sha256": self.files}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Entry:
        """The entry back from `manifest.json`."""
        known = {name: value[name] for name in cls.__dataclass_fields__ if name in value}
        return cls(**{**known, "files": value["sha256"], "versions": tuple(value.get("versions", ()))})

    def fresh(self, out: Path, inputs: str, names: Collection[str]) -> bool:
        """Whether these files are there, whole, and made from these inputs."""
        return (
            self.made_from == inputs
            and not self.putting
            and set(names) <= set(self.files)
            and all(_has(out, name, self.files[name]) for name in names)
        )

    def skipped(self, inputs: str) -> Entry:
        """The same files, found fresh."""
        return replace(self, status="skipped", seconds=0.0, inputs=inputs, error=None)

    def failed(self, inputs: str, seconds: float, error: str) -> Entry:
        """The same files, kept because a new attempt failed."""
        return replace(self, status="failed", seconds=seconds, inputs=inputs, error=error, putting={})

    def settled(self, out: Path) -> Entry:
        """What is really there after a run was cut off while it put files in place: all new, none, some."""
        if not self.putting:
            return self
        new = {name: digest for name, digest in self.putting.items() if _has(out, name, digest)}
        if len(new) == len(self.putting):
            return replace(self, status="done", files=new, made_from=self.inputs, error=None, putting={})
        if not new:
            return replace(
                self, status="failed", putting={}, error="A run was cut off before it wrote anything."
            )
        there = {name: digest for name, digest in self.files.items() if name not in new}
        return replace(self, status="failed", files={**there, **new}, made_from=None, putting={}, error=CUT)


def _has(out: Path, name: str, digest: str) -> bool:
    return (out / name).is_file() and file_digest(out / name) == digest


def entries(out: Path) -> list[Entry]:
    """What the manifest of a folder says, by region and month; nothing where there is none.

    Examples
    --------
    >>> entries(Path("nowhere"))
    []
    """
    held = [Entry.from_json(value) for value in (read_json(out / NAME) or {"reports": []})["reports"]]
    return [entry.settled(out) for entry in held]


def entry(out: Path, region: str, month: str, variant: str = INTERNAL) -> Entry:
    """What is known of one report; an entry without files where it was never made.

    Examples
    --------
    >>> entry(Path("nowhere"), "32", "2021-09").files
    {}
    """
    for known in entries(out):
        if known.key == (region, month, variant):
            return known
    return Entry(region, month, "failed", 0.0, "", error="never made", variant=variant)


def sweep(place: Path) -> None:
    """Remove what a killed run left beside a file; for who holds the lock, so that nobody else writes there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     left = Path(folder) / ".a.json.77.tmp"
    ...     _ = left.write_text("half")
    ...     sweep(Path(folder) / "a.json")
    ...     left.exists()
    False
    """
    for beside in place.parent.glob(f".{place.name}.*.tmp"):
        beside.unlink(missing_ok=True)


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
    with exclusive(out / LOCK):
        held = [Entry.from_json(value) for value in (read_json(out / NAME) or {"reports": []})["reports"]]
        known = {e.key: e for e in held}
        known.update({e.key: e for e in news})
        all_entries = [known[key] for key in sorted(known)]
        sweep(out / NAME)
        publish_json({"reports": [e.as_json() for e in all_entries]}, out / NAME)
    return all_entries
