"""The day from which a case counts as filed, where the extracts have it and where they do not."""

from __future__ import annotations

import pandas as pd

from apanalytics.tables import Tables

FILED_SQL = {
    "authorisation": """
SELECT request_id AS case_id, coalesce(filed_on, status_on, starts_on) AS counted_on
FROM requests ORDER BY case_id
""",
    "payment": """
SELECT claim_id AS case_id, coalesce(filed_on, CAST(month + INTERVAL 1 MONTH AS DATE)) AS counted_on
FROM claims ORDER BY case_id
""",
}


def counted_on(tables: Tables, stage: str) -> pd.Series[pd.Timestamp]:
    """The filing day of every case, or what stands in for it, by `case_id`.

    The stand-in of a request is the date of its status, else its start; of a claim, the first day of the
    month
    after the idle one. `date_basis` of the case says which it is.

    Examples
    --------
    >>> import pandas as pd
    >>> from apanalytics.tables import Tables, schema
    >>> claim = schema("claims").empty().reindex([0]).assign(claim_id="A", month=pd.Timestamp("2021-03-01"))
    >>> counted_on(Tables.from_frames({"claims": claim}), "payment").dt.date.tolist()
    [datetime.date(2021, 4, 1)]
    """
    with tables.connect() as con:
        days: pd.DataFrame = con.execute(FILED_SQL[stage]).df()
    return days.set_index("case_id")["counted_on"]
