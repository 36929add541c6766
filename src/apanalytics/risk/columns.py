"""What a model remembers of the frame it was fitted on, and how that frame becomes numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.errors import InvalidArgument, ModelMismatch

Matrix = npt.NDArray[np.float64]
Kind = Literal["number", "category"]


@dataclass(frozen=True)
class Columns:
    """Names, kinds and categories of the columns that a model was fitted on.

    Parameters
    ----------
    names : column names, in the order of the frame.
    categories : for each column of text or categories, its values in sorted order; a column that is not
        named here is numeric (booleans count as 0 and 1).
    """

    names: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Columns:
        """Learn the kinds and the categories of a frame; dates and nested values are refused."""
        names = tuple(str(name) for name in frame.columns)
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InvalidArgument("A column name appears twice", where="X", value=twice)
        categories = {
            name: tuple(sorted(_text(values).dropna().unique()))
            for name, (_, values) in zip(names, frame.items(), strict=True)
            if _kind(name, values) == "category"
        }
        return cls(names, categories)

    @property
    def categorical(self) -> list[int]:
        """Positions of the columns of categories."""
        return [i for i, name in enumerate(self.names) if name in self.categories]

    def encode(self, frame: pd.DataFrame) -> Matrix:
        """Turn a frame into numbers: missing and never-seen categories become NaN; infinity is refused."""
        matrix = np.empty((len(frame), len(self.names)), dtype=np.float64)
        for i, (name, (_, values)) in enumerate(zip(self.names, frame.items(), strict=True)):
            if name in self.categories:
                codes = pd.Index(self.categories[name], dtype="str").get_indexer(pd.Index(_text(values)))
                matrix[:, i] = np.where(codes < 0, np.nan, codes)
            else:
                matrix[:, i] = _numbers(name, values)
        if np.isinf(matrix).any():
            name = self.names[int(np.isinf(matrix).any(axis=0).argmax())]
            raise InvalidArgument(
                "Input X contains infinity", where=name, todo="Replace it by a missing value."
            )
        return matrix

    def select(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the model's columns of a frame, in the model's order; other columns are left out.

        Raises
        ------
        ModelMismatch : a column is missing, or holds text where the model saw numbers (or the reverse).
        """
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise ModelMismatch(
                f"The frame lacks {len(missing)} of the model's {len(self.names)} columns",
                where="columns",
                value=missing[0],
                todo="Compute the features with the version that the model card names, or train again.",
            )
        chosen = frame[list(self.names)]
        for name, values in chosen.items():
            self._same_kind(str(name), values)
        return chosen

    def refuse_other_kinds(self, frame: pd.DataFrame) -> None:
        """Raise ModelMismatch where a frame, in the model's order, holds text for numbers, or the reverse."""
        for name, (_, values) in zip(self.names, frame.items(), strict=True):
            self._same_kind(name, values)

    def _same_kind(self, name: str, values: pd.Series[Any]) -> None:
        expected = "category" if name in self.categories else "number"
        if values.notna().any() and _kind(name, values) != expected:
            raise ModelMismatch(
                f"A column holds {_kind(name, values)} values, the model was fitted on {expected} values",
                where=name,
                value=str(values.dtype),
                todo="Give the column the type it had when the model was fitted.",
            )

    def json(self) -> dict[str, Any]:
        """Return the columns as plain values for a JSON file."""
        return {"names": list(self.names), "categories": {k: list(v) for k, v in self.categories.items()}}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Columns:
        """Build the columns again from :meth:`json`."""
        return cls(tuple(saved["names"]), {k: tuple(v) for k, v in saved["categories"].items()})


def _kind(name: str, values: pd.Series[Any]) -> Kind:
    """Say whether a column is numeric or categorical."""
    kind = values.dtype
    if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_numeric_dtype(kind):
        if pd.api.types.is_complex_dtype(kind):
            raise InvalidArgument("Complex data not supported", where=name)
        return "number"
    if isinstance(kind, pd.CategoricalDtype) or pd.api.types.is_string_dtype(kind):
        return "category"
    if pd.api.types.is_object_dtype(kind):
        return _kind_of_objects(name, values)
    raise InvalidArgument(
        "A column is neither numbers nor categories",
        where=name,
        value=str(kind),
        todo="Turn dates into a number of days before fitting.",
    )


def _kind_of_objects(name: str, values: pd.Series[Any]) -> Kind:
    present = values.dropna()
    if present.map(lambda value: isinstance(value, dict | list | set | tuple)).any():
        raise TypeError(f"argument must be a string or a number: column {name!r} holds nested values")
    return "category" if present.map(lambda value: isinstance(value, str)).any() else "number"


def _text(values: pd.Series[Any]) -> pd.Series[str]:
    return values.astype("object").map(str, na_action="ignore").astype("str")


def _numbers(name: str, values: pd.Series[Any]) -> Matrix:
    try:
        return np.asarray(values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise InvalidArgument(
            "A numeric column holds a value that is not a number", where=name, value=str(values.dtype)
        ) from None
