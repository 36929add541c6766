"""Tables too large to sort are written in pieces that come in order."""

from __future__ import annotations

import pandas as pd
import pytest

from apanalytics.errors import DataRefused
from apanalytics.tables import ordered_writer, read, write_table


def piece(*sirets):
    return pd.DataFrame(
        {"predecessor": sirets, "successor": ["9" * 14] * len(sirets), "known_on": pd.Timestamp("2020-05-01")}
    )


def written(folder, *pieces):
    with ordered_writer("successions", folder) as add:
        for rows in pieces:
            add(rows)


def test_pieces_are_one_table_with_the_types_of_the_contract(tmp_path):
    written(tmp_path / "pieces", piece("1" * 14, "2" * 14), piece(), piece("3" * 14))
    write_table(piece("1" * 14, "2" * 14, "3" * 14), "successions", tmp_path / "whole")
    pieces, whole = (read(tmp_path / name).successions.to_pandas() for name in ("pieces", "whole"))
    pd.testing.assert_frame_equal(pieces, whole)


def test_columns_that_were_not_given_are_said_to_be_absent(tmp_path):
    rows = pd.DataFrame({"siret": ["1" * 14], "month": [pd.Timestamp("2020-05-01")], "headcount": [3.0]})
    with ordered_writer("headcounts", tmp_path) as add:
        add(rows.assign(received_on=pd.Timestamp("2020-07-01")))
    write_table(rows.assign(received_on=pd.Timestamp("2020-07-01")), "headcounts", tmp_path / "whole")
    assert read(tmp_path).columns("headcounts") == read(tmp_path / "whole").columns("headcounts")


def test_a_piece_out_of_order_is_refused_and_the_earlier_file_stays(tmp_path):
    written(tmp_path, piece("5" * 14))
    with pytest.raises(DataRefused, match=r"order of the key[\s\S]*22222222222222"):
        written(tmp_path, piece("3" * 14), piece("2" * 14))
    assert read(tmp_path).successions.to_pandas()["predecessor"].tolist() == ["5" * 14]
    assert [path.name for path in tmp_path.iterdir()] == ["successions.parquet"]


def test_a_table_without_rows_is_an_empty_file(tmp_path):
    written(tmp_path)
    assert len(read(tmp_path).successions) == 0
