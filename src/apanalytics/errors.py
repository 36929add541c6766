"""Every error that an analyst can meet. Each says what, where, which value, why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class ApanalyticsError(Exception):
    """Base of the errors that the user can act upon; the command line prints it and exits with status 1.

    Parameters
    ----------
    what : one sentence, without the value.
    where : file, table, column or parameter concerned.
    value : the offending value, shown as it was given; never a name or an amount of a real person.
    why : the rule that the value breaks, with its source where it has one.
    todo : what the reader can do now.

    Examples
    --------
    >>> print(ApanalyticsError("Unknown region", where="--region", value="99", todo="Use '32'."))
    Unknown region (--region): '99'.
    Use '32'.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        value: object = None,
        why: str | None = None,
        todo: str | None = None,
    ) -> None:
        self.what, self.where, self.value, self.why, self.todo = what, where, value, why, todo
        head = what + (f" ({where})" if where else "") + (f": {value!r}" if value is not None else "") + "."
        super().__init__("\n".join(part for part in (head, why, todo) if part))


class MissingTable(ApanalyticsError):
    """A table that the job cannot do without is not in the data folder."""

    def __init__(self, table: str, folder: object, *, todo: str | None = None) -> None:
        super().__init__(
            f"Table {table!r} is missing",
            where=str(folder),
            todo=todo
            or f"Expected {table}.parquet (file or folder) or {table}.csv; `apanalytics ingest` writes it.",
        )
        self.table = table


class MissingColumn(ApanalyticsError):
    """A table lacks a required column."""

    def __init__(
        self, table: str, column: str, *, present: Sequence[str] = (), where: str | None = None
    ) -> None:
        super().__init__(
            f"Required column {column!r} is missing from table {table!r}",
            where=where,
            why=f"Columns found: {', '.join(present)}." if present else None,
            todo="See the data dictionary (docs/reference/tables.md) for the names and types expected.",
        )
        self.table, self.column = table, column


class DataRefused(ApanalyticsError):
    """The data break a rule that the job relies upon: wrong type, duplicate key, impossible value."""


class UnreadableFile(ApanalyticsError):
    """A file is not in any layout that the package knows."""


class InvalidArgument(ApanalyticsError, ValueError):
    """An argument or an option has a value that cannot be used."""


class NothingToDo(ApanalyticsError):
    """The selection is empty: no case in the window, no row for the region and month."""


class NotInForce(ApanalyticsError, LookupError):
    """A legal parameter has no value on the day asked for, or none that could be found."""


class NotComputable(ApanalyticsError):
    """A figure cannot be computed honestly from the data at hand."""


class ModelMismatch(ApanalyticsError, ValueError):
    """A model meets data, or a version, that it was not fitted for; scikit-learn expects a ValueError."""


class ReportFailed(ApanalyticsError):
    """A report could not be rendered; the previous one, if any, is untouched."""
