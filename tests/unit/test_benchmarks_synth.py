"""The row-by-row peer writes the same columns as a draw, and usage is that of the process measured."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from benchmarks import synth
from benchmarks.row_by_row import write
from benchmarks.row_by_row_tables import TABLES
from benchmarks.row_by_row_values import Provider

COUNTRY = Path(__file__).parents[2] / "data" / "synthetic"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("peer")
    write(place, dict.fromkeys(TABLES, 5), Provider(0))
    return place


def test_the_peer_has_the_tables_of_a_draw() -> None:
    assert sorted(TABLES) == sorted(path.stem for path in COUNTRY.glob("*.parquet"))


@pytest.mark.parametrize("table", TABLES)
def test_the_peer_writes_the_columns_of_a_draw(table: str, folder: Path) -> None:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5
    assert sorted(rows[0]) == sorted(pq.read_schema(COUNTRY / f"{table}.parquet").names)


def test_the_peer_draws_numbers_with_their_check_digit() -> None:
    fake = Provider(3)
    for _ in range(50):
        number = fake.siren()
        assert siren_number.is_valid(number)
        assert siret_number.is_valid(fake.siret(number))


def test_usage_is_that_of_the_process_measured() -> None:
    cpu, clock, peak = synth.used(["timeit", "-n", "1", "-r", "1", "x = bytearray(300_000_000)"])
    assert 0 < cpu < 60
    assert clock > 0
    assert peak > 0.3, "300 MB and an interpreter"


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(SystemExit, match="failed with status"):
        synth.used(["timeit", "-n", "1", "-r", "1", "raise ValueError"])


def test_cpu_per_row_is_in_microseconds() -> None:
    assert synth.Run("x", 2_000_000, 3.0, 4.0, 0.1).microseconds_per_row == 1.5
