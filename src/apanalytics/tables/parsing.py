"""From text to values, as DuckDB macros: the forms of numbers and dates that extracts really hold."""

from __future__ import annotations

import duckdb

_SPACES = "[ \\x{00A0}\\x{202F}]"
_NUMBER = rf"[+-]?(\d{{1,3}}({_SPACES}\d{{3}})+|\d+)?([.,]\d*)?([eE][+-]?\d+)?"
_EXACT_INTEGERS = 2**53

MACROS = rf"""
create or replace temp macro text_of(t) as nullif(trim(t, ' ' || chr(9) || chr(160)), '');

create or replace temp macro number_of(t) as case
    when regexp_full_match(text_of(t), '{_NUMBER}') and regexp_matches(t, '\d')
    then try_cast(replace(regexp_replace(text_of(t), '{_SPACES}', '', 'g'), ',', '.') as double) end;

create or replace temp macro integer_of(t) as case
    when number_of(t) = floor(number_of(t)) and abs(number_of(t)) <= {_EXACT_INTEGERS}
    then cast(number_of(t) as bigint) end;

create or replace temp macro date_of(t) as case
    when regexp_full_match(text_of(t), '\d{{4}}-\d{{2}}-\d{{2}}([T ]\d{{2}}:\d{{2}}.*)?')
    then try_cast(left(text_of(t), 10) as date)
    when regexp_full_match(text_of(t), '\d{{1,2}}/\d{{1,2}}/\d{{4}}( \d{{2}}:\d{{2}}.*)?')
    then cast(try_strptime(split_part(text_of(t), ' ', 1), '%d/%m/%Y') as date) end;

create or replace temp macro month_of(t) as cast(date_trunc('month', case
    when regexp_full_match(text_of(t), '\d{{4}}-\d{{2}}') then date_of(text_of(t) || '-01')
    when regexp_full_match(text_of(t), '\d{{1,2}}/\d{{4}}') then date_of('01/' || text_of(t))
    else date_of(t) end) as date);

create or replace temp macro boolean_of(t) as case
    when lower(text_of(t)) in ('true', 't', 'vrai', 'oui', 'o', 'yes', 'y', '1') then true
    when lower(text_of(t)) in ('false', 'f', 'faux', 'non', 'n', 'no', '0') then false end;
"""

MACRO_OF_TYPE = {
    "string": "text_of",
    "number": "number_of",
    "integer": "integer_of",
    "date": "date_of",
    "month": "month_of",
    "boolean": "boolean_of",
}
"""Macro that reads text as each type of the contract; null where the text cannot be read."""


def install_parsers(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros on a connection.

    Numbers take a decimal comma or point and spaces between thousands; `559.0` is the integer 559. Dates are
    ISO or `JJ/MM/AAAA`, months also `AAAA-MM` and `MM/AAAA`; any day of a month stands for the month. What
    cannot be read is null, never a guess.

    Examples
    --------
    >>> con = duckdb.connect()
    >>> install_parsers(con)
    >>> con.execute("select number_of('1 234,50'), integer_of('559.0'), integer_of('1.5')").fetchone()
    (1234.5, 559, None)
    >>> con.execute("select date_of('29/02/2020'), month_of('02/2020'), date_of('30/02/2020')").fetchone()
    (datetime.date(2020, 2, 29), datetime.date(2020, 2, 1), None)
    """
    con.execute(MACROS)
