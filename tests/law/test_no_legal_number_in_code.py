"""Law is data: no number of the law is typed in a .py or .sql file of the package.

The rule. A *distinctive* number of the law (two decimals or more, such as 151.67 or 0.36, but for round
shares, the multiples of 0.05; and the integers below) is refused wherever it stands. A *common* one (0.7, 15,
1000 are also quantiles, sizes and steps) is refused where its statement, or line of SQL, speaks of the law.
A day on which the law changes, New Year's Day apart, is refused everywhere. Quoted codes, docstrings and
comments are free.
"""

import ast
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from apanalytics import law

SOURCE = Path(__file__).parents[2] / "src" / "apanalytics"

DISTINCTIVE_INTEGERS = {35, 1600, 1607, 30000}
LEGAL_WORDS = re.compile(
    r"legal_(?!category)|smic|indemnity|allocation|apld|contingent|weekly|decision|decide|deadline|claim_by|file_by|floor_eur"
    r"|authoris\w*_months|max_reduction|rolling|neutralis|unedic|flat_|works_council|statut",
    re.IGNORECASE,
)
SQL = re.compile(r"\bselect\b|\bwhere\b", re.IGNORECASE)
TRIVIAL = {Decimal(n) for n in range(11)} | {Decimal("0.5"), Decimal(12), Decimal(100)}
"""Counts, halves, months of a year and cents of a euro say nothing of the law by themselves."""

ALLOWED: dict[tuple[str, str], str] = {
    ("features/steps/declared_facts.sql", "2020-03-01"): "first month of the epidemic's first wave",
    ("synthetic/conduct/over_asking.py", "0.37"): "how far above the legal duration the farthest requests go",
    ("synthetic/conduct/subcontracted.py", "0.33"): "a third of the hours kept",
    (
        "synthetic/rates.py",
        "2020-03-01",
    ): "first day of the window of the official share of firms that repaid",
    ("synthetic/conduct/sick_cumulation.py", "0.33"): "a third of the draws",
    ("synthetic/conduct/temps_replace.py", "0.33"): "a third of the hours kept",
}
"""(file, number) that is no number of the law though it looks like one, and why."""


def values():
    return {
        entry.value
        for found in law.parameters()
        for entry in found.entries
        if isinstance(entry.value, Decimal)
    }


VALUES = {value.normalize() for value in values()} - {value.normalize() for value in TRIVIAL}
DISTINCTIVE = {
    value
    for value in VALUES
    if value in DISTINCTIVE_INTEGERS
    or (value.as_tuple().exponent < -1 and (value > 1 or value % Decimal("0.05") != 0))
}
DAYS = {
    day
    for found in law.parameters()
    for entry in found.entries
    for day in (entry.valid_from, entry.known_from, entry.value)
    if isinstance(day, date) and (day.month, day.day) != (1, 1)
}


def number(text):
    try:
        found = Decimal(str(text).replace("_", ""))
    except InvalidOperation:
        return None
    return found.normalize() if found.is_finite() else None


def is_legal(value, context):
    return value in DISTINCTIVE or (value in VALUES and LEGAL_WORDS.search(context) is not None)


def docstrings(tree):
    """Constants that stand alone as a statement: docstrings of modules, functions, classes and attributes."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def statements(tree):
    """Each smallest statement with the constants in it, so that the context of a number is one statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            yield node
        elif isinstance(node, ast.FunctionDef | ast.If | ast.While | ast.For | ast.With):
            for part in ast.iter_child_nodes(node):
                if not isinstance(part, ast.stmt):
                    yield part


def in_python(text):
    """Yield (line, number) for each number of the law in Python code."""
    tree = ast.parse(text)
    quoted = docstrings(tree)
    for statement in statements(tree):
        context = ast.unparse(statement)
        for node in ast.walk(statement):
            if not isinstance(node, ast.Constant) or id(node) in quoted or isinstance(node.value, bool):
                continue
            if isinstance(node.value, int | float):
                found = number(repr(node.value))
            elif isinstance(node.value, str):
                found = number(node.value) if re.fullmatch(r"[\d_.]+", node.value) else None
                if SQL.search(node.value):
                    yield from ((node.lineno + line - 1, value) for line, value in in_sql(node.value))
            else:
                continue
            if found is not None and is_legal(found, context):
                yield node.lineno, found
        yield from days_of(statement, quoted)


def days_of(statement, quoted):
    """Yield the days of the law written as date(2020, 3, 12) or as "2020-03-12"."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("date") and len(node.args) == 3:
            parts = [part.value for part in node.args if isinstance(part, ast.Constant)]
            if len(parts) == 3 and all(isinstance(part, int) for part in parts) and date(*parts) in DAYS:
                yield node.lineno, date(*parts)
        if (
            isinstance(node, ast.Constant)
            and id(node) not in quoted
            and node.value in {str(day) for day in DAYS}
        ):
            yield node.lineno, date.fromisoformat(node.value)


def in_sql(text):
    """Yield (line, number) for each number of the law in SQL; the context is the line."""
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
    for n, line in enumerate(bare.splitlines(), 1):
        for token in re.findall(r"(?<![\w.'])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.-])", line):
            found = number(token)
            if found is not None and is_legal(found, line):
                yield n, found
        for token in re.findall(r"\b\d{4}-\d{2}-\d{2}\b", line):
            if date.fromisoformat(token) in DAYS:
                yield n, date.fromisoformat(token)


def offences(path):
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(SOURCE).as_posix()
    found = in_python(text) if path.suffix == ".py" else in_sql(text)
    return sorted({f"{name}:{line}: {value}" for line, value in found if (name, str(value)) not in ALLOWED})


FILES = sorted(path for suffix in ("*.py", "*.sql") for path in SOURCE.rglob(suffix))


def test_no_number_of_the_law_is_typed_in_the_package():
    found = [offence for path in FILES for offence in offences(path)]
    assert not found, "numbers of the law belong to apanalytics.law:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        "HOURS = 151.67",
        "x = wage * 0.36",
        "week = 35",
        "year = 1607",
        "floor = Decimal('8.03')",
        "cap = smic * 4.5",
        "indemnity_rate = 0.7",
        "def f(decision_days=15): ...",
        "if legal_hours > 1000: pass",
        "cutoff = date(2020, 4, 24)",
        "cutoff = '2020-03-12'",
    ],
)
def test_a_number_of_the_law_in_python_is_seen(code):
    assert list(in_python(code)), code


@pytest.mark.parametrize(
    "code", ["select hours / 151.67e0", "select case when allocation_rate > 0.7 then 1 end"]
)
def test_a_number_of_the_law_in_sql_is_seen(code):
    assert list(in_sql(code)), code


@pytest.mark.parametrize(
    "code",
    ['"""35 h a week."""', "quantile = 0.7", "rows = 1000", "figsize = (8, 4.5)", "day = date(2024, 1, 7)"],
)
def test_other_numbers_are_left_alone(code):
    assert not list(in_python(code)), code


def test_every_exception_is_still_needed():
    for name, value in ALLOWED:
        path = SOURCE / name
        text = path.read_text(encoding="utf-8")
        found = in_python(text) if path.suffix == ".py" else in_sql(text)
        assert value in {str(v) for _, v in found}, f"{name} no longer holds {value}: strike it from ALLOWED"
