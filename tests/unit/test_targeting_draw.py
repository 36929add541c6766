"""The draw of a campaign and the files that people open."""

from __future__ import annotations

import numpy as np
import openpyxl
import pandas as pd
import pytest

from apanalytics.errors import InvalidArgument
from apanalytics.targeting.draw import draw, ranked
from apanalytics.targeting.listing import COLUMNS
from apanalytics.targeting.reading_copies import neutral, readable_reasons, write_csv, write_xlsx
from apanalytics.targeting.writing import write_targets


def scores(n: int) -> pd.Series:
    return pd.Series(np.linspace(3, -3, n), index=[f"C{i:04d}" for i in range(n)])


class TestDraw:
    def test_the_first_places_go_to_the_highest_scores_and_the_others_to_chance(self):
        found = draw(scores(100), capacity=20, random_share=0.25, seed=1)
        assert found.index[:15].tolist() == [f"C{i:04d}" for i in range(15)]
        assert found["listed"].sum() == 20
        assert (found.loc[found["listed"], "channel"] == "random").sum() == 5

    def test_every_eligible_case_has_the_probability_places_over_cases_of_its_bin(self):
        # 85 cases below the top 15, five bins of 17, one place each
        found = draw(scores(100), capacity=20, random_share=0.25, seed=1)
        assert (found["selection_probability"].iloc[:15] == 1).all()
        assert found["selection_probability"].iloc[15:].tolist() == pytest.approx([1 / 17] * 85)
        assert found.groupby("stratum")["listed"].sum().to_dict() == {"top": 15} | {
            f"bin-{i}": 1 for i in range(1, 6)
        }

    def test_logged_probabilities_are_the_frequencies_of_the_draw(self):
        times = sum(draw(scores(23), 7, 0.3, seed)["listed"].astype(int).sort_index() for seed in range(800))
        logged = draw(scores(23), 7, 0.3, 0)["selection_probability"].sort_index()
        assert (times / 800).to_numpy() == pytest.approx(logged.to_numpy(), abs=0.06)

    def test_probabilities_sum_to_the_places(self):
        assert draw(scores(101), 33, 0.2, 0)["selection_probability"].sum() == pytest.approx(33)

    def test_with_room_for_all_everyone_is_listed_for_sure(self):
        found = draw(scores(5), capacity=9, random_share=0.1, seed=0)
        assert found["listed"].all()
        assert (found["selection_probability"] == 1).all()

    def test_neither_the_order_of_the_rows_nor_noise_of_the_arithmetic_changes_the_draw(self):
        straight = scores(50)
        shuffled = straight.sample(frac=1, random_state=3) + 1e-13
        assert draw(straight, 10, 0.3, 5).equals(draw(shuffled, 10, 0.3, 5))

    def test_another_seed_draws_others(self):
        assert not draw(scores(50), 10, 0.3, 5).equals(draw(scores(50), 10, 0.3, 6))

    def test_ties_are_ordered_by_the_md5_of_the_case(self):
        # md5: B 9d5e…, A 7fc5…, C 0d61…
        assert ranked(pd.Series(1.0, index=["A", "B", "C"])).tolist() == ["C", "A", "B"]

    @pytest.mark.parametrize(
        ("capacity", "share", "named"), [(0, 0.1, "capacity"), (5, 0.0, "random"), (5, 1.5, "random")]
    )
    def test_no_place_and_no_random_share_are_refused(self, capacity, share, named):
        with pytest.raises(InvalidArgument, match=named):
            draw(scores(10), capacity, share, 0)


@pytest.fixture
def targets() -> pd.DataFrame:
    row = {
        "campaign_id": "payment-2021-09-15-abc", "rank": 1, "stage": "payment", "case_id": "=1+1",
        "siret": "01234567890123", "name": "@SUM(A1)", "region": "32", "department": "59", "score": 1.23456,
        "risk": 0.5, "risk_low": np.nan, "risk_high": np.nan, "amount_at_stake": 1234.5,
        "expected_recovery": np.nan, "decide_by": pd.Timestamp("2021-09-30"),
        "reasons": "EFF-01+1.234567890123;autres-0.000007890123", "reasons_text": "-2 salariés",
        "counter_evidence": "\tintérim", "channel": "targeted", "selection_probability": 1.0,
    }  # fmt: skip
    other = row | {"rank": 2, "case_id": "B", "department": "2A", "name": None, "channel": "random"}
    return pd.DataFrame([row, other])[list(COLUMNS)]


class TestFiles:
    def test_the_csv_is_what_a_french_spreadsheet_reads(self, targets, tmp_path):
        write_csv(targets, tmp_path / "t.csv")
        raw = (tmp_path / "t.csv").read_bytes()
        assert raw.startswith("\ufeffCampagne;Rang;".encode())
        head, first = raw.decode("utf-8-sig").split("\r\n")[:2]
        cells = dict(zip(head.split(";"), first.split(";"), strict=False))
        assert cells["SIRET"] == "01234567890123"
        assert cells["Score"] == "1,235"
        assert cells["Montant en jeu"] == "1234,50"

    def test_no_text_of_the_csv_can_act_as_a_formula(self, targets, tmp_path):
        write_csv(targets, tmp_path / "t.csv")
        back = pd.read_csv(tmp_path / "t.csv", sep=";", dtype=str, encoding="utf-8-sig")
        assert back.loc[0, "Dossier"] == "'=1+1"
        assert back.loc[0, "Dénomination"] == "'@SUM(A1)"
        assert back.loc[0, "Motifs en clair"] == "'-2 salariés"
        assert back.loc[0, "Ce qui lèverait le doute"] == "'\tintérim"

    @pytest.mark.parametrize(
        "text",
        [
            *("=1", "+1", "-1", "@x", "\tx", "\r=1", " =1", "\u22121"),
            *("\u00a0=1", "\u202f+1", "\u3000-1", "\u2028=1", " \u00a0 @x"),  # spaces of other kinds
            *(
                "\u200b=1",
                "\ufeff+1",
                "\u2060-1",
                "\u202e=1",
                "\u00ad@x",
                "\ufe0f=1",
                "\u3164=1",
                "\x00=1",
            ),  # nothing to see
            *("＝1", "＋1", "－1", "＠x", "﹦1", "﹢1", "﹣1", "﹫x", "⁼1", "⁺1", "⁻1"),  # other widths
            "\u00a0\u200b ＝HYPERLINK(1)",
        ],
    )
    def test_what_a_spreadsheet_would_compute_is_neutralised(self, text):
        assert neutral(text) == "'" + text

    @pytest.mark.parametrize("text", ["", "\u00a0", "EFF-01", "\u00a0Ets Martin", "1+1", "É=1", "(−2)", "~1"])
    def test_what_no_spreadsheet_computes_stays(self, text):
        assert neutral(text) == text

    def test_the_workbook_has_a_sheet_per_department_with_texts_as_texts(self, targets, tmp_path):
        write_xlsx(targets, tmp_path / "t.xlsx")
        book = openpyxl.load_workbook(tmp_path / "t.xlsx")
        assert book.sheetnames == ["2A Corse-du-Sud", "59 Nord"]
        sheet = book["59 Nord"]
        cells = {sheet.cell(1, c).value: sheet.cell(2, c) for c in range(1, len(COLUMNS) + 1)}
        assert cells["Dossier"].data_type == "s"
        assert cells["Dossier"].value == "=1+1"
        assert cells["SIRET"].value == "01234567890123"
        assert cells["Montant en jeu"].value == 1234.5
        assert cells["Canal"].value == "ciblé"

    def test_the_same_list_gives_the_same_bytes_of_parquet_and_csv(self, targets, tmp_path):
        for name in "ab":
            write_targets(targets, tmp_path / f"{name}.parquet")
            write_csv(targets, tmp_path / f"{name}.csv")
        assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
        assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
        assert list(pd.read_parquet(tmp_path / "a.parquet").columns) == list(COLUMNS)

    def test_reasons_are_read_with_a_decimal_comma(self):
        assert (
            readable_reasons("EFF-01+1.239;HRS-02-0.5;autres-2.0")
            == "EFF-01 +1,24 ; HRS-02 −0,50 ; autres −2,00"
        )
