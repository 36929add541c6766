"""Under a small memory limit the steps spill to a folder of their own, which is removed."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

import pytest

from apanalytics.errors import NotComputable
from apanalytics.features import window, write_features
from apanalytics.tables import read


def test_a_small_memory_gives_the_same_bytes_and_leaves_no_spill_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spills: set[Path] = set()

    def look(_step: str) -> None:
        spills.update(tmp_path.glob("apanalytics-spill-*"))

    asked = window("2021-01-01", "2021-06-30")
    for name, memory in (("small", "300MB"), ("large", "2GB")):
        out = tmp_path / f"{name}.parquet"
        write_features(read("data/synthetic"), "payment", out, asked, memory=memory, done=look)
    gc.collect()
    assert len(spills) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["large.parquet", "small.parquet"]
    assert (tmp_path / "small.parquet").read_bytes() == (tmp_path / "large.parquet").read_bytes()


def test_a_memory_that_is_too_small_is_one_message_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotComputable, match="--memory"):
        write_features(read("data/synthetic"), "payment", tmp_path / "f.parquet", window(), memory="40MB")
    assert list(tmp_path.iterdir()) == []
