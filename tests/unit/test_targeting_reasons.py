"""What an inspector reads on a line of the list, from contributions put by hand."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from apanalytics.commands.target import _told
from apanalytics.features import features
from apanalytics.risk import BASE
from apanalytics.tables import read, schema
from apanalytics.targeting.listing import COLUMNS
from apanalytics.targeting.reading_copies import readable_reasons, write_csv, write_xlsx
from apanalytics.targeting.reasons import ONLY_HISTORY_FR, reasons, shared_out

FACTS = {
    "idle_over_dsn_share": 0.5, "idle_over_dsn_hours": 12.5, "hours": 1250.5, "idle_hours_dsn": 12.0,
    "employees": 14, "use_rate": None, "full_closure": True, "earlier_findings": 1, "earlier_refusals": 2,
}  # fmt: skip
HRS_04 = "HRS-04 : Logiciel de paie qui déclare les heures chômées avec retard."
HIS_02 = "HIS-02 : Demande retirée pour être mieux présentée."


def line(shared: dict[str, float], parts: dict[str, float], **facts: object) -> pd.Series:
    """The words of one case whose score is shared as `shared`, made of the contributions `parts`."""
    index = pd.Index(["A"], name="case_id")
    one = [pd.DataFrame([row], index=index) for row in (shared, FACTS | facts, parts)]
    return reasons(*one).iloc[0]


PARTS = {"employees": 0.75, "hours": 1.5, "use_rate": 0.5, "full_closure": 0.25, BASE: 9.0}


class TestOtherParts:
    def test_the_three_heaviest_features_outside_the_criteria_end_the_line_that_they_dominate(self):
        found = line({"HRS-04": 1.0, "autres": 12.0}, PARTS | {"idle_over_dsn_hours": 1.0})
        # neither the criterion's own feature, nor the base, nor the fourth; a missing figure says so
        assert found.reasons_text.endswith(
            " Autres éléments du score : heures demandées (1\u202f250,5\xa0h), "
            "salariés concernés (14\xa0salariés), taux d’emploi des heures autorisées (non connu)."
        )
        assert found.reasons_text.startswith("HRS-04 : ")
        assert found.reasons == "HRS-04+1.000000000000;autres+12.000000000000"

    def test_a_feature_that_only_lowers_the_score_or_reads_zero_is_not_named(self):
        found = line({"autres": 0.3}, {"employees": -0.75, "hours": 0.3, "use_rate": 0.004})
        assert found.reasons_text == (
            "Aucun critère n’est atteint. Autres éléments du score : heures demandées (1\u202f250,5\xa0h)."
        )

    @pytest.mark.parametrize("others", [-0.5, 0.0, 0.99, 1.0])
    def test_nothing_is_added_where_a_criterion_weighs_as_much_or_the_rest_is_not_positive(self, others):
        found = line({"HRS-04": 1.0, "autres": others}, PARTS)
        assert "Autres éléments" not in found.reasons_text

    def test_without_a_criterion_and_with_a_lowered_score_nothing_is_claimed(self):
        assert line({"autres": -0.5}, PARTS).reasons_text == "Aucun critère n’est atteint."

    def test_a_feature_comes_back_once_its_criterion_has_not_fired(self):
        parts = {"idle_over_dsn_hours": 2.0}
        assert "(12,5\xa0h)" in line({"HRS-04": float("nan"), "autres": 2.0}, parts).reasons_text
        assert "Autres" not in line({"HRS-04": 0.1, "autres": 2.0}, parts).reasons_text

    def test_parts_named_with_the_shares_of_a_real_frame_belong_to_no_fired_criterion(self):
        frame = features(read("data/synthetic"), "payment", from_="2021-09-01", to="2021-09-10").head(50)
        parts = pd.DataFrame({"employees": 3.0, "earlier_findings": 2.0}, index=frame.index)
        shared = shared_out(parts, frame, "payment")
        found = reasons(shared, frame, parts)
        fired = shared["HIS-01"].notna()
        assert fired.any()
        assert not fired.all()
        named = found["reasons_text"].str.extract("Autres éléments du score : (.*)")[0].fillna("")
        told = named.str.contains("contrôles antérieurs non conformes")
        assert told.any()
        assert not told[fired].any()
        assert told[~fired & shared["autres"].eq(5.0)].all()
        assert shared.sum(axis=1).tolist() == pytest.approx([5.0] * len(frame))


class TestHistory:
    def test_past_findings_alone_are_said_to_be_alone(self):
        found = line({"HIS-01": 1.0, "HIS-02": 2.0, "autres": 0.0}, {"employees": 0.0})
        assert found.reasons_text.startswith("HIS-02 : ")
        assert found.reasons_text.endswith(" " + ONLY_HISTORY_FR)
        assert ONLY_HISTORY_FR == (
            "Seuls les antécédents de l’entreprise sont en cause : "
            "aucun autre critère n’est atteint dans ce dossier."
        )

    @pytest.mark.parametrize("shared", [{"HIS-01": 2.0, "HRS-04": 1.0}, {"HIS-03": 1.0}, {"HRS-04": 1.0}, {}])
    def test_it_is_not_said_beside_another_criterion_nor_without_any(self, shared):
        found = line(shared | {"autres": 0.0}, {"employees": 0.0})
        assert "antécédents" not in found.reasons_text


class TestCounterEvidence:
    def test_each_says_which_reason_it_answers_in_the_order_of_the_reasons(self):
        found = line({"HIS-02": 1.0, "HRS-04": 2.0, "autres": 0.0}, {"employees": 0.0})
        assert found.counter_evidence == f"{HRS_04} {HIS_02}"

    def test_its_title_is_what_an_inspector_would_say(self):
        titles = {field.name: field.title for field in schema("targets").fields}
        assert titles["counter_evidence"] == "Ce qui lèverait le doute"


@pytest.fixture
def targets() -> pd.DataFrame:
    words = line({"HIS-01": 0.002, "HIS-02": 1.0, "autres": 2.5}, {"hours": 2.5})
    row = dict.fromkeys(COLUMNS) | {
        "campaign_id": "c", "rank": 1, "stage": "payment", "case_id": "A", "siret": "01234567890123",
        "region": "32", "department": "59", "score": -3.502, "channel": "targeted", "name": "\u22121",
    } | words.to_dict()  # fmt: skip
    return pd.DataFrame([row])[list(COLUMNS)]


class TestReadingCopies:
    def test_contributions_that_read_zero_are_dropped_and_minus_is_a_true_minus(self):
        shown = readable_reasons("EFF-01+1.006;HRS-02+0.0049;HIS-01-0.0049;IDT-03-0.0051;autres-0.5")
        assert shown == "EFF-01 +1,01 ; IDT-03 \u22120,01 ; autres \u22120,50"
        assert readable_reasons("autres+0.000000000000") == ""

    def test_the_workbook_gives_each_reason_its_own_wrapped_line(self, targets, tmp_path):
        write_xlsx(targets, tmp_path / "t.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["59 Nord"]
        cells = {sheet.cell(1, c).value: sheet.cell(2, c) for c in range(1, len(COLUMNS) + 1)}
        assert cells["Motifs"].value == "HIS-02 +1,00\nautres +2,50"
        starts = [one[:16] for one in cells["Motifs en clair"].value.split("\n")]
        assert starts == ["HIS-02 : 2 autre", "HIS-01 : Non-con", "Seuls les antécé", "Autres éléments "]
        assert cells["Ce qui lèverait le doute"].value.split("\n")[0] == HIS_02
        assert all(cells[name].alignment.wrap_text for name in ("Motifs", "Motifs en clair"))

    def test_the_csv_keeps_a_case_on_one_line_with_typographic_apostrophes(self, targets, tmp_path):
        write_csv(targets, tmp_path / "t.csv")
        text = (tmp_path / "t.csv").read_bytes().decode("utf-8-sig")
        assert text.count("\n") == 2
        cells = pd.read_csv(tmp_path / "t.csv", sep=";", dtype=str, encoding="utf-8-sig").iloc[0]
        assert cells["Motifs"] == "HIS-02 +1,00 ; autres +2,50"
        assert cells["Étape"] == "demande d’indemnisation"
        assert "'" not in text.replace("'\u22121", "")

    def test_a_number_stays_a_number_and_a_text_that_begins_with_a_minus_is_neutralised(
        self, targets, tmp_path
    ):
        write_csv(targets, tmp_path / "t.csv")
        cells = pd.read_csv(tmp_path / "t.csv", sep=";", dtype=str, encoding="utf-8-sig").iloc[0]
        assert cells["Score"] == "-3,502"
        assert cells["Dénomination"] == "'\u22121"


class TestTold:
    def test_with_room_for_all_the_command_says_that_nothing_is_drawn(self):
        summary = {"listed": 5, "eligible": 5, "drawn_at_random": 0}
        assert _told(summary, "out") == "All 5 eligible cases are listed, hence no random share, in out."

    def test_else_it_counts_the_cases_drawn(self):
        nothing = {"guarantee": {"mode": None}, "line": {"applies": True}}
        summary = {"listed": 20, "eligible": 90, "drawn_at_random": 2, **nothing}
        assert _told(summary, "out") == "20 cases listed of 90 eligible, 2 of them at random, in out."

    def test_a_list_chosen_for_euros_says_what_no_other_choice_could_pass(self):
        nothing = {"guarantee": {"mode": None}, "line": {"applies": True}}
        summary = {"listed": 20, "eligible": 90, "drawn_at_random": 2, **nothing}
        euros = {"expected_precision": 0.62, "net_eur": 9000.0, "bound_eur": 10_000.0, "gap": 0.1}
        said = _told(summary | {"euros": euros}, "out")
        assert "9,000 € net are expected at a precision of 62%" in said
        assert "10,000 € (gap 10.0%)" in said
        empty = dict.fromkeys(euros, 0.0) | {"expected_precision": None}
        assert "stay empty" in _told(summary | {"euros": empty}, "out")
