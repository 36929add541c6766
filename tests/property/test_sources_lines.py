"""Records of a CSV file: whatever a writer can write is read, with the right physical line."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from apanalytics.sources.csv_records import csv_records

cells = st.text(st.sampled_from('ab"\n,;\t|é 0'), max_size=6)
rows = st.lists(st.lists(cells, min_size=3, max_size=3), max_size=12)


def read(content: bytes) -> list[tuple[int, list[str], str | None]]:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "a.csv")
        path.write_bytes(content)
        return [tuple(record) for record in csv_records(path)]  # type: ignore[misc]


@settings(max_examples=150, deadline=None)
@given(rows, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_a_writer_writes_is_read_back(
    table: list[list[str]], separator: str, end: str, quote_all: bool
) -> None:
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerow(["x", "y", "z"])
    expected, line = [(1, ["x", "y", "z"], None)], 2
    for row in table:
        if any(cell.strip() for cell in row):
            expected.append((line, row, None))
        writer.writerow(row)
        line = text.getvalue().count("\n") + 1
    assert read(text.getvalue().encode()) == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.sampled_from('a",;\n'), max_size=15), max_size=10))
def test_any_text_at_all_is_read_or_given_a_problem(lines: list[str]) -> None:
    content = "\n".join(["x,y,z", *lines])
    for line, found, problem in read(content.encode())[1:]:
        assert 2 <= line <= content.count("\n") + 1
        assert (len(found) == 3) == (problem is None)


@given(st.integers(1, 30))
def test_a_stray_quote_never_swallows_the_rows_after_it(count: int) -> None:
    lines = ["x,y,z", '1,"oops,3', *(f"{n},{n},{n}" for n in range(count))]
    found = read("\n".join(lines).encode())
    assert [record[0] for record in found] == list(range(1, count + 3))
    assert [record[2] is None for record in found] == [True, False] + [True] * count
