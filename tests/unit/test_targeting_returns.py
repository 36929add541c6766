"""A form goes out with the list and comes back as people return forms."""

from __future__ import annotations

import contextlib
import json
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from apanalytics.cli import app as cli
from apanalytics.errors import InvalidArgument, MissingTable, UnreadableFile
from apanalytics.tables import read, write_table
from apanalytics.targeting.returns import (
    follow_up,
    merge_returns,
    read_returns,
    write_follow_up,
    write_forms,
)
from apanalytics.targeting.returns.cells import read_cell
from apanalytics.targeting.returns.columns import COLUMNS
from tests.unit.country import write_country

CAMPAIGN = "payment-2021-09-15-abc"
BY_NAME = {column.name: column for column in COLUMNS}


def register() -> pd.DataFrame:
    rows = [("C1", "targeted", True), ("C2", "random", True), ("C5", "signal", True), ("C6", "random", False)]
    frame = pd.DataFrame(rows, columns=["case_id", "channel", "listed"])
    return frame.assign(
        campaign_id=CAMPAIGN, stage="payment", drawn_on=pd.Timestamp("2021-09-15"), stratum="top",
        selection_probability=0.5, score=1.0, model_version="m",
    )  # fmt: skip


@pytest.fixture
def data(tmp_path) -> Path:
    folder = write_country(tmp_path / "data")
    write_table(register(), "selections", folder)
    return folder


@pytest.fixture
def form(tmp_path) -> Path:
    targets = pd.DataFrame(
        {
            "campaign_id": CAMPAIGN,
            "rank": [1, 2, 3],
            "case_id": ["C1", "C2", "C5"],
            "siret": ["=1+1", "35600000000048", "55208131766522"],
            "department": "59",
        }
    )
    return write_forms(targets, tmp_path / "returns")[0]


def fill(form: Path, **cells: dict[str, object]) -> Path:
    """Type into the form as an inspector does: `C1={"outcome": "erreur"}`."""
    book = openpyxl.load_workbook(form)
    sheet = book["Retour"]
    titles = {cell.value: cell.column for cell in sheet[1]}
    lines = {sheet.cell(row, titles["Dossier"]).value: row for row in range(2, sheet.max_row + 1)}
    for case, values in cells.items():
        for name, value in values.items():
            sheet.cell(lines[case], titles[BY_NAME[name].title], value)
    book.save(form)
    return form


OPENED = pd.Timestamp("2021-01-01")
CLOSED = {"opened_on": "16/09/2021", "closed_on": "30/09/2021"}
ERROR = CLOSED | {"outcome": "erreur", "undue_amount": "1 234,50", "findings": "HRS-03", "contested": "non"}
LATER = {
    "team_key": "UC-59",
    "closed_on": "30/09/2021",
    "outcome": "erreur",
    "findings": "HRS-03",
    "undue_amount": "1 234,50",
    "blocked_amount": "300",
    "recovered_amount": "12,5",
    "recovered_on": "01/10/2021",
    "contested": "non",
    "sanction": "avertissement",
}
"""What an inspector types in later, by column."""


class TestForm:
    def test_it_shows_neither_score_nor_channel(self, form):
        titles = [cell.value for cell in openpyxl.load_workbook(form)["Retour"][1]]
        assert titles == [column.title for column in COLUMNS]
        assert not {"Score", "Risque", "Canal"} & set(titles)

    def test_choices_dates_and_amounts_are_validated_where_they_are_typed(self, form):
        sheet = openpyxl.load_workbook(form)["Retour"]
        kinds = [rule.type for rule in sheet.data_validations.dataValidation]
        assert (kinds.count("list"), kinds.count("date"), kinds.count("decimal")) == (3, 3, 3)
        choices = next(
            r.formula1 for r in sheet.data_validations.dataValidation if "conforme" in str(r.formula1)
        )
        assert choices == '"conforme,erreur,intention présumée"'

    def test_what_looks_like_a_formula_is_text(self, form):
        sheet = openpyxl.load_workbook(form)["Retour"]
        assert (sheet["C2"].value, sheet["C2"].data_type) == ("=1+1", "s")

    def test_an_empty_form_tells_of_no_control(self, form):
        found = read_returns(form)
        assert (len(found.rows), len(found.refused), found.empty) == (0, 0, 3)

    def test_a_hostile_department_names_no_other_place(self, tmp_path):
        targets = pd.DataFrame(
            {"campaign_id": "c", "rank": [1], "case_id": ["A"], "siret": ["1"], "department": ["../../x"]}
        )
        assert [path.name for path in write_forms(targets, tmp_path / "r")] == ["retour__x.xlsx"]


class TestMerge:
    def test_what_was_typed_becomes_controls(self, data, form):
        done = merge_returns(data, fill(form, C1=ERROR, C5=CLOSED | {"outcome": "Conforme"}))
        assert (done.added, done.updated, done.empty, len(done.refused)) == (2, 0, 1, 0)
        controls = read(data).controls.to_pandas().set_index("case_id")
        assert controls.loc["C1", ["outcome", "channel", "undue_amount", "findings"]].tolist() == [
            "error", "targeted", 1234.5, "HRS-03",
        ]  # fmt: skip
        assert controls.loc["C5", "channel"] == "tip"
        assert controls.loc["C1", "closed_on"] == pd.Timestamp("2021-09-30")

    def test_a_form_sent_again_adds_nothing_and_a_closing_updates_its_control(self, data, form):
        opened = fill(form, C1={"opened_on": "16/09/2021"})
        assert merge_returns(data, opened).added == 1
        again = merge_returns(data, opened)
        assert (again.added, again.updated, again.unchanged) == (0, 0, 1)
        closed = merge_returns(data, fill(form, C1=ERROR))
        assert (closed.added, closed.updated) == (0, 1)
        assert read(data).controls.to_pandas()["outcome"].tolist() == ["error"]

    @pytest.mark.parametrize("name", sorted(LATER))
    def test_a_fact_that_comes_later_and_one_that_goes_update_the_control(self, data, form, name):
        told = {"opened_on": "16/09/2021"}
        if name in ("closed_on", "outcome"):  # one is refused without the other
            later = {"closed_on": LATER["closed_on"], "outcome": LATER["outcome"]}
        elif name == "findings":
            told, later = told | CLOSED | {"outcome": "erreur"}, {name: LATER[name]}
        else:
            later = {name: LATER[name]}
        assert merge_returns(data, fill(form, C1=told)).added == 1
        for cells in (told | later, told | dict.fromkeys(later, "")):
            done = merge_returns(data, fill(form, C1=cells))
            assert (done.updated, done.unchanged) == (1, 0)
            again = merge_returns(data, form)
            assert (again.updated, again.unchanged) == (0, 1)

    def test_every_column_to_fill_in_is_sent_again(self):
        assert {*LATER, "opened_on"} == {column.name for column in COLUMNS if column.filled}

    def test_controls_kept_in_parts_stay_parts_and_no_control_stands_twice(self, data, form):
        old = pd.DataFrame(
            [
                {
                    "control_id": "old",
                    "stage": "payment",
                    "case_id": "C4",
                    "channel": "tip",
                    "opened_on": OPENED,
                }
            ]
        )
        write_table(old, "controls", data / "parts").rename(data / "parts" / "first.parquet")
        (data / "parts").rename(data / "controls.parquet")
        assert merge_returns(data, fill(form, C1={"opened_on": "16/09/2021"})).added == 1
        assert merge_returns(data, fill(form, C1=ERROR)).updated == 1
        assert merge_returns(data, fill(form, C2=CLOSED | {"outcome": "conforme"})).added == 1
        controls = read(data).controls.to_pandas()
        assert sorted(controls["case_id"]) == ["C1", "C2", "C4"]
        assert controls.set_index("case_id").loc["C1", "outcome"] == "error"

    def test_controls_of_before_stay(self, data, form):
        old = {"control_id": "old", "stage": "payment", "case_id": "C4", "channel": "tip",
               "opened_on": "2021-01-01"}  # fmt: skip
        write_table(pd.DataFrame([old]).assign(opened_on=pd.Timestamp("2021-01-01")), "controls", data)
        merge_returns(data, fill(form, C1=ERROR))
        assert set(read(data).controls.to_pandas()["case_id"]) == {"C1", "C4"}

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"closed_on": "15/09/2021"}, "clos avant d'être ouvert"),
            ({"opened_on": "14/09/2021"}, "ouvert avant le tirage"),
            ({"opened_on": None}, "ouverture manque"),
            ({"closed_on": None}, "sans date de clôture"),
            ({"outcome": None, "findings": None}, "clôture sans résultat"),
            ({"outcome": "conforme"}, "avec un indu"),
            ({"recovered_on": "01/09/2021"}, "recouvré avant"),
        ],
    )
    def test_what_cannot_be_is_refused_whole_and_the_rest_is_taken(self, data, form, changes, said):
        done = merge_returns(data, fill(form, C1=ERROR | changes, C2=CLOSED | {"outcome": "conforme"}))
        assert done.added == 1
        assert said in done.refused["reason"].iloc[0]
        assert done.refused["case_id"].tolist() == ["C1"]

    @pytest.mark.parametrize("name", ["opened_on", "closed_on", "recovered_on"])
    @pytest.mark.parametrize(("day", "taken"), [("01/10/2021", 1), ("02/10/2021", 0)])
    def test_a_day_after_that_of_the_reading_is_refused(self, data, form, name, day, taken):
        cells = {"opened_on": "16/09/2021"}
        cells |= CLOSED | {"outcome": "conforme"} if name == "closed_on" else {}
        done = merge_returns(data, fill(form, C1=cells | {name: day}), on="2021-10-01")
        assert done.added == taken
        assert [("après le 01/10/2021" in why) for why in done.refused["reason"]] == [True] * (1 - taken)

    def test_where_no_day_is_given_a_form_is_read_today(self, data, form):
        later = f"{date.today() + timedelta(days=1):%d/%m/%Y}"
        done = merge_returns(data, fill(form, C1=ERROR | {"closed_on": later}, C2={"opened_on": later}))
        assert done.added == 0
        assert [why.split(" ")[0] for why in done.refused["reason"]] == ["clos", "ouvert"]

    @pytest.mark.parametrize(("case", "campaign"), [("C6", CAMPAIGN), ("C9", CAMPAIGN), ("C1", "other")])
    def test_a_case_that_the_campaign_did_not_list_is_refused(self, data, tmp_path, case, campaign):
        path = tmp_path / "r.csv"
        path.write_text(f"Campagne;Dossier;Ouvert le\n{campaign};{case};16/09/2021\n", encoding="utf-8")
        done = merge_returns(data, path)
        assert done.added == 0
        assert "pas de la liste" in done.refused["reason"].iloc[0]

    def test_two_forms_that_contradict_each_other_are_both_refused(self, data, tmp_path):
        for name, outcome in (("a", "erreur"), ("b", "conforme")):
            text = "Campagne;Dossier;Ouvert le;Clos le;Résultat\n"
            text += f"{CAMPAIGN};C1;16/09/2021;17/09/2021;{outcome}\n"
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        forms = tmp_path / "forms"
        forms.mkdir()
        for name in "ab":
            (tmp_path / f"{name}.csv").rename(forms / f"{name}.csv")
        done = merge_returns(data, forms)
        assert (done.added, len(done.refused)) == (0, 2)

    def test_without_a_campaign_nothing_can_be_checked(self, tmp_path, form):
        folder = write_country(tmp_path / "bare")
        with pytest.raises(MissingTable, match="selections"):
            merge_returns(folder, form)


class TestTolerance:
    def test_columns_moved_and_added_titles_shouted_and_a_line_above(self, data, tmp_path):
        text = "Retour du mois;;;;\nRESULTAT;Commentaire;dossier;CAMPAGNE;Clos Le;ouvert le\n"
        text += f"Erreur;M. Untel;C1;{CAMPAIGN};2021-09-30;16-09-2021\n"
        path = tmp_path / "r.csv"
        path.write_bytes(text.encode("cp1252"))
        done = merge_returns(data, path)
        assert (done.added, done.ignored) == (1, ("Commentaire",))
        assert "Untel" not in read(data).controls.to_pandas().to_string()

    @pytest.mark.parametrize(
        ("name", "cell", "value"),
        [
            ("closed_on", "15/09/2021", date(2021, 9, 15)),
            ("closed_on", "5.9.21", date(2021, 9, 5)),
            ("closed_on", "2021-09-15 00:00:00", date(2021, 9, 15)),
            ("closed_on", datetime(2021, 9, 15), date(2021, 9, 15)),
            ("closed_on", 44454, date(2021, 9, 15)),
            ("undue_amount", "1 234,50 €", 1234.5),
            ("undue_amount", "1\u202f234,50", 1234.5),
            ("undue_amount", "1.234,50", 1234.5),
            ("undue_amount", "1,234.50", 1234.5),
            ("undue_amount", "12,5 euros", 12.5),
            ("undue_amount", 0, 0.0),
            ("contested", "OUI", True),
            ("contested", False, False),
            ("outcome", "Intention presumée", "deliberate_suspected"),
            ("outcome", "error", "error"),
            ("sanction", "Signalement au parquet", "report"),
            ("findings", "hrs-03, X-LOCAUX;HRS-03", "HRS-03;X-LOCAUX"),
            ("team_key", " UC-59 ", "UC-59"),
            ("undue_amount", "  ", None),
        ],
    )
    def test_a_cell_is_read_as_people_write_it(self, name, cell, value):
        assert read_cell(cell, BY_NAME[name]) == value

    @pytest.mark.parametrize(
        ("name", "cell", "said"),
        [
            ("closed_on", "31/02/2021", "n'existe pas"),
            ("closed_on", "septembre", "illisible"),
            ("closed_on", 12, "pas une date"),
            ("closed_on", True, "illisible"),
            ("undue_amount", "-5", "positif"),
            ("undue_amount", "1.234", "ambigu"),
            ("undue_amount", "beaucoup", "illisible"),
            ("undue_amount", "=1+1", "formule"),
            ("undue_amount", float("inf"), "positif"),
            ("outcome", "non conforme", "choisir parmi"),
            ("contested", "peut-être", "oui ou non"),
            ("findings", "le gérant ment", "inconnu"),
            ("team_key", "Mme Untel, inspectrice", "20 caractères"),
            ("findings", "X-" + "A" * 300, "trop longue"),
        ],
    )
    def test_a_cell_that_could_mean_anything_is_refused(self, name, cell, said):
        with pytest.raises(ValueError, match=said):
            read_cell(cell, BY_NAME[name])

    @given(st.text(max_size=30) | st.floats() | st.integers() | st.booleans(), st.sampled_from(COLUMNS))
    def test_no_cell_does_worse_than_being_refused(self, cell, column):
        with contextlib.suppress(ValueError):
            read_cell(cell, column)


class TestHostile:
    def test_a_formula_typed_into_a_form_is_refused_and_not_repeated(self, data, form):
        done = merge_returns(data, fill(form, C1=ERROR | {"undue_amount": "=HYPERLINK(1)"}))
        assert done.added == 0
        assert "formule" in done.refused["reason"].iloc[0]
        assert "HYPERLINK" not in done.refused.to_string()

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\xff\xfe\x00\x01"])
    def test_what_is_no_workbook_is_named(self, tmp_path, content):
        path = tmp_path / "r.xlsx"
        path.write_bytes(content)
        with pytest.raises(UnreadableFile, match=r"r\.xlsx"):
            read_returns(path)

    def test_a_workbook_that_unpacks_to_a_monster_is_refused(self, tmp_path, monkeypatch):
        monkeypatch.setattr("apanalytics.targeting.returns.reading.MOST_BYTES", 10_000)
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.xml", "0" * 1_000_000)
        with pytest.raises(UnreadableFile, match="unpacked"):
            read_returns(path)

    def test_a_file_without_the_titles_and_a_folder_without_forms_are_refused(self, tmp_path):
        (tmp_path / "r.csv").write_text("a;b\n1;2\n")
        with pytest.raises(UnreadableFile, match="Campagne"):
            read_returns(tmp_path / "r.csv")
        (tmp_path / "none").mkdir()
        with pytest.raises(InvalidArgument, match="No return form"):
            read_returns(tmp_path / "none")

    def test_a_title_that_stands_twice_is_refused(self, tmp_path):
        (tmp_path / "r.csv").write_text("Campagne;Dossier;Clos le;clos le\nc;A;1;2\n")
        with pytest.raises(UnreadableFile, match="twice"):
            read_returns(tmp_path / "r.csv")


class TestCommand:
    def test_forms_are_merged_and_what_is_to_be_done_is_written(self, data, form, tmp_path):
        fill(form, C1=ERROR, C2=CLOSED | {"outcome": "peut-être"})
        words = [
            "returns",
            str(data),
            str(form.parent),
            "--suites",
            str(tmp_path / "s.csv"),
            "--on",
            "2021-12-31",
        ]
        shown = CliRunner().invoke(cli, [*words, "--json"])
        assert shown.exit_code == 0, shown.output
        told = json.loads(shown.stdout)
        assert (told["added"], told["empty"], told["follow_up"]) == (1, 1, 1)
        assert told["refused"][0]["column"] == "Résultat"
        assert "refused: retour_59.xlsx, line 3, C2" in shown.stderr
        assert "C1" in (tmp_path / "s.csv").read_text(encoding="utf-8-sig")

    def test_a_form_that_is_none_ends_with_a_message_and_nothing_changed(self, data, tmp_path):
        (tmp_path / "r.csv").write_text("a;b\n")
        asked = ["returns", str(data), str(tmp_path / "r.csv"), "--on", "2021-10-01"]
        refused = CliRunner().invoke(cli, asked)
        assert (refused.exit_code, "Give --suites too" in " ".join(refused.stderr.split())) == (1, True)
        shown = CliRunner().invoke(cli, ["returns", str(data), str(tmp_path / "r.csv")])
        assert shown.exit_code == 1
        assert "Not a return form" in shown.stderr
        assert not read(data).has("controls")


class TestFollowUp:
    def cases(self, data: Path, **changes) -> pd.DataFrame:
        usual = {
            "control_id": "k",
            "stage": "payment",
            "case_id": "C1",
            "channel": "targeted",
            "outcome": "error",
            "opened_on": pd.Timestamp("2021-09-16"),
            "closed_on": pd.Timestamp("2021-09-30"),
            "undue_amount": 1000.0,
            "blocked_amount": 300.0,
            "recovered_amount": 0.0,
        }
        write_table(pd.DataFrame([usual | changes]), "controls", data)
        return follow_up(read(data), date(2021, 10, 1))

    def test_what_was_paid_and_not_given_back_is_to_be_recovered(self, data):
        found = self.cases(data)
        assert found.loc[0, ["left_to_recover_eur", "calls_for"]].tolist() == [700.0, "recovery"]

    @pytest.mark.parametrize(
        ("changes", "calls_for"),
        [
            ({"recovered_amount": 700.0}, []),
            ({"outcome": "compliant", "undue_amount": 0.0}, []),
            ({"closed_on": pd.Timestamp("2021-10-02")}, []),
            ({"recovered_amount": 699.0}, ["recovery"]),
            ({"undue_amount": None}, ["amount"]),
            ({"outcome": "deliberate_suspected", "recovered_amount": 700.0}, ["sanction"]),
            ({"outcome": "deliberate_suspected"}, ["recovery;sanction"]),
            ({"outcome": "deliberate_suspected", "sanction": "none"}, ["recovery"]),
        ],
    )
    def test_each_case_calls_for_what_is_still_to_be_done(self, data, changes, calls_for):
        assert self.cases(data, **changes)["calls_for"].tolist() == calls_for

    def test_the_file_for_people_is_in_french_and_holds_no_formula(self, data, tmp_path):
        cases = self.cases(data, outcome="deliberate_suspected", findings="=1+1")
        back = pd.read_csv(
            write_follow_up(cases, tmp_path / "s.csv"), sep=";", dtype=str, encoding="utf-8-sig"
        )
        assert back.loc[0, ["Constats", "Reste à recouvrer (€)", "Contesté", "À faire"]].tolist() == [
            "'=1+1", "700,00", "non", "recouvrer, décider d'une suite",
        ]  # fmt: skip
