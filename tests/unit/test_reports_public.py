"""The public variant, attacked from its files alone: nothing hidden can be derived, nobody is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from apanalytics.reports import report
from apanalytics.reports.content.published import open_published, public_breakdown, public_criteria
from apanalytics.reports.publication.opendata import files
from apanalytics.reports.publication.tables import publication
from apanalytics.reports.publication.tabulate import tabulate
from apanalytics.reports.secrecy import sensitive
from tests.property.table_attack import range_of
from tests.unit.country import HOSTILE, NORD, prepared_country

PLACES = {"59": "32", "62": "32", "02": "32", "2A": "94", "2B": "94", "974": "04", "973": "03"}
MEASURES = ("etablissements", "demandes", "salaries", "heures", "montant_eur")
TEXT = {"mois": str, "region": str, "departement": str, "secteur": str, "taille": str}


def cases(seed: int, number: int) -> pd.DataFrame:
    """Cases of a month over five regions, of which Guyane has two firms only."""
    draw = np.random.default_rng(seed)
    firm = draw.integers(0, number // 2, number)
    places = np.array(list(PLACES))[firm % 6]
    places[:2] = "973"
    frame = pd.DataFrame({"siret": [f"{n:014d}" for n in firm], "department": places})
    frame.loc[:1, "siret"] = ["8" * 14, "9" * 14]
    frame["siren"] = frame["siret"].str[:9].where(frame.index < 2, "s" + frame["siret"].str[-6:])
    frame["region"] = frame["department"].map(PLACES)
    frame["nace17"] = np.array(["C1", "FZ", "IZ", "GZ"])[firm // 6 % 4]
    frame["size_class"] = np.array(["01", "03", "11"])[firm % 3]
    hours = draw.lognormal(5, 1.5, number).round(2)
    frame = frame.assign(
        employees=draw.integers(1, 40, number), hours=hours, amount_eur=(8.11 * hours).round(2)
    )
    return frame.set_index(pd.Index([f"C{n}" for n in range(number)], name="case_id"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = cases(3, 400)
    fires = pd.DataFrame({"EFF-03": np.arange(400) % 3 == 0, "HRS-04": np.arange(400) < 1}, index=rows.index)
    tables = publication({"payment": rows}, {"payment": fires.astype("boolean")}, date(2021, 9, 1))
    place = tmp_path_factory.mktemp("donnees")
    for name, content in files(tables, "2021-09").items():
        (place / name).write_text(content, "utf-8")
    return place


def published(folder: Path) -> pd.DataFrame:
    """Every row of the published tables, under a name of its place, activity and size."""
    parts = []
    for name in ("regions", "departements", "secteurs", "tailles", "departements_secteurs"):
        rows = pd.read_csv(
            folder / f"indemnisation_{name}.csv", dtype=TEXT, keep_default_na=False, na_values=[""]
        )
        for column in ("departement", "secteur", "taille"):
            if column not in rows:
                rows[column] = ""
        parts.append(rows)
    whole = pd.concat(parts, ignore_index=True)
    names = whole[["region", "departement", "secteur", "taille"]].agg("|".join, axis=1)
    return whole.set_index(pd.Index(names, name="cell"))


def sums_of(rows: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """The sums that a reader can see: over departments, activities or sizes, and over regions."""
    found = []
    for total, row in rows.iterrows():
        same = (rows["region"] == row["region"]) & (rows["taille"] == "")
        place, sector = row["departement"] == "", row["secteur"] == ""
        if place and sector and not row["taille"]:
            found.append(
                (str(total), rows.index[same & (rows["departement"] != "") & (rows["secteur"] == "")])
            )
            found.append(
                (str(total), rows.index[same & (rows["departement"] == "") & (rows["secteur"] != "")])
            )
            found.append((str(total), rows.index[(rows["region"] == row["region"]) & (rows["taille"] != "")]))
        elif sector and not place:
            found.append(
                (
                    str(total),
                    rows.index[same & (rows["departement"] == row["departement"]) & (rows["secteur"] != "")],
                )
            )
        elif place and not sector:
            found.append(
                (
                    str(total),
                    rows.index[same & (rows["departement"] != "") & (rows["secteur"] == row["secteur"])],
                )
            )
        if row["region"] == "FR":
            alike = (
                rows[["departement", "secteur", "taille"]]
                .eq(row[["departement", "secteur", "taille"]])
                .all(axis=1)
            )
            found.append((str(total), rows.index[alike & (rows["region"] != "FR")]))
    return [(total, list(map(str, parts))) for total, parts in found if len(parts)]


def test_solving_the_published_counts_pins_no_hidden_cell(folder: Path) -> None:
    rows = published(folder)
    hidden = [str(cell) for cell in rows.index[rows["secret"] == "oui"]]
    assert 5 < len(hidden) < 0.8 * len(rows), "something is hidden, and something is left to read"
    shown = {str(cell): float(v) for cell, v in rows["demandes"].dropna().items()}
    assert not set(hidden) & set(shown)
    for cell in hidden:
        low, high = range_of(cell, shown, sums_of(rows))
        assert high - low >= 1, (cell, low, high)


def test_solving_the_published_hours_leaves_a_sensitive_cell_thirty_percent_wide(folder: Path) -> None:
    rows, true = published(folder), tabulate(cases(3, 400))
    shown = {str(cell): float(v) for cell, v in rows["heures"].dropna().items()}
    for cell in map(str, sensitive(true).index):
        low, high = range_of(cell, shown, sums_of(rows), slack=0.5)
        assert high - low >= 0.29 * true.value(cell, "heures"), (cell, low, high)


def test_the_same_attack_succeeds_where_only_one_hidden_cell_of_a_sum_stays_hidden(folder: Path) -> None:
    rows, sums = published(folder), sums_of(published(folder))
    known = set(map(str, rows.index[rows["secret"] == "non"]))
    cell = next(parts[0] for total, parts in sums if len(parts) > 1 and {total, *parts} <= known)
    shown = {str(c): float(v) for c, v in rows["heures"].dropna().items() if c != cell}
    low, high = range_of(cell, shown, sums, slack=0.5)
    assert low <= rows.at[cell, "heures"] <= high
    assert high - low < 20, "a handful of roundings"


def test_a_region_of_two_firms_is_hidden_in_every_table_and_the_country_does_not_give_it_back(
    folder: Path,
) -> None:
    rows = published(folder)
    assert (rows.loc[rows["region"] == "03", "secret"] == "oui").all()
    assert (
        rows.at["FR|||", "secret"] == "oui"
        or (
            rows.loc[
                rows["departement"].eq("")
                & rows["secteur"].eq("")
                & rows["taille"].eq("")
                & rows["region"].ne("FR"),
                "secret",
            ]
            == "oui"
        ).sum()
        >= 2
    )


def test_every_file_fits_its_schema_and_the_package_lists_it(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert len(package["resources"]) == 6
    for resource in package["resources"]:
        schema = json.loads((folder / resource["schema"]).read_text("utf-8"))
        frame = pd.read_csv(folder / resource["path"], dtype=str)
        assert list(frame.columns) == [field["name"] for field in schema["fields"]]
        assert not frame.duplicated(schema["primaryKey"]).any()
        for field in schema["fields"]:
            values = frame[field["name"]].dropna()
            if field["type"] == "integer":
                assert values.str.fullmatch(r"\d+").all(), field["name"]
            if "enum" in field.get("constraints", {}):
                assert set(values) <= set(field["constraints"]["enum"])


def test_a_criterion_that_concerns_one_firm_is_not_told(folder: Path) -> None:
    rows = pd.read_csv(folder / "indemnisation_criteres.csv", dtype=str)
    one = rows[rows["critere"] == "HRS-04"].set_index("region")
    assert one.at["03", "secret"] == "oui"
    assert one.loc["32", ["demandes", "secret"]].tolist() == ["0", "non"]


def test_the_page_says_secret_where_a_figure_is_hidden_and_shows_nothing_else(folder: Path) -> None:
    guyane = open_published(str(folder), "03", "2021-09")
    assert public_breakdown(guyane, "payment", "departements").html.count("secret") >= 5
    assert "Aucune demande" in public_breakdown(guyane, "authorisation", "secteurs").html
    assert "secret" in public_criteria(guyane, "payment").html


def test_the_public_variant_names_nobody_and_holds_no_siret(tmp_path: Path) -> None:
    data, out = prepared_country(tmp_path / "data"), tmp_path / "out"
    (entry,) = report(data, out, ["32"], "2021-09", public=True).entries
    assert entry.error is None
    assert entry.variant == "public"
    written = [path for path in (out / "public").rglob("*") if path.is_file()]
    assert len(written) > 12
    for path in written:
        content = path.read_text("utf-8", errors="replace")
        assert NORD not in content
        assert NORD[:9] not in content
        assert "alert(1)" not in content
        assert HOSTILE not in content
