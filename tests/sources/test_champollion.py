"""The ministry's DSN export: what each code becomes in payroll, by hand on one employee and one month."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dsn_files import KEY, MONTH, NIR, OTHER_NIR, Export
from extracts import SIRET, balanced

from apanalytics.sources.identity import Key

LEAVE = {
    "IdAutreSuspensionExecutionContrat": 71, "IdContrat": 31, "MotifSuspension": "200",
    "DateDebutSuspension": "2021-04-06", "DateFinSuspension": "2021-04-07",
}  # fmt: skip
STOPPAGE = {
    "IdArretDeTravail": 81, "IdContrat": 31, "MotifArret": "01", "DateDernierJourTravaille": "2021-04-11",
    "DateFinPrevisionelle": "2021-04-16",
}  # fmt: skip
END = {"IdContratFin": 91, "IdContrat": 31, "DateFin": "2021-04-20", "CodeMotifRupture": "034"}


def on(day: str) -> pd.Timestamp:
    return pd.Timestamp(day)


def test_a_month_of_one_employee_in_activite_partielle(export: Export) -> None:
    export.pay(52, "001", Montant="1150.00").pay(53, "003", Montant="1820.04")
    export.pay(54, "019", NombreHeure="60.00", Montant="0").pay(55, "017", NombreHeure="4", Montant="60")
    export.pay(56, "018", NombreHeure="1,5", Montant="20").pay(57, "010", Montant="1500")
    export.add("activite", IdActivite=62, TypeActivite="02", Mesure="60.00")
    result = export.run()
    assert balanced(result)
    assert result["tables"] == {"payroll": 1, "payroll_months": 1}
    row = export.contract()
    assert (row["siret"], row["month"], row["received_on"]) == (SIRET, on(MONTH), on("2021-05-06"))
    assert row["person_key"] == Key(KEY).hash("nir", NIR)
    assert (row["contract_id"], row["contract_kind"], row["starts_on"]) == (
        "00001",
        "permanent",
        on("2019-01-02"),
    )
    hours = (
        "contract_hours",
        "worked_hours",
        "leave_hours",
        "suspended_hours",
        "idle_hours",
        "overtime_hours",
    )
    assert [row[name] for name in hours] == [151.67, 91.67, 0, 0, 60, 5.5]
    assert (row["base_pay"], row["gross_pay"]) == (1820.04, 1150)
    month = export.month()
    assert month["headcount"] == 1
    assert [month[name] for name in hours] == [151.67, 91.67, 0, 0, 60, 5.5]
    assert pd.isna(month["data_flags"])


def test_the_nature_of_a_contract_gives_its_kind_and_an_unknown_one_stays_a_code(export: Export) -> None:
    kinds = {
        ("01", "99"): "permanent", ("08", "99"): "permanent", ("82", "99"): "permanent",
        ("02", "99"): "fixed_term", ("92", "99"): "fixed_term", ("03", "99"): "temporary",
        ("01", "64"): "apprentice", ("02", "65"): "apprentice", ("02", "61"): "apprentice",
        ("29", "99"): "intern", ("80", "99"): "officer", ("90", "99"): "90",
    }  # fmt: skip
    for number, (nature, scheme) in enumerate(kinds, start=2):
        export.employ(number, CodeNature=nature, CodeDispPolitiquePublique=scheme)
    export.run()
    found = export.contracts()
    assert [found[number]["contract_kind"] for number in range(2, 2 + len(kinds))] == list(kinds.values())


def test_the_code_of_an_end_gives_its_reason(export: Export) -> None:
    reasons = {
        "034": "trial", "035": "trial", "014": "dismissal", "087": "dismissal", "031": "end_of_term",
        "059": "resignation", "043": "other", "110": "other",
    }  # fmt: skip
    for number, code in enumerate(reasons, start=2):
        export.employ(number)
        export.add(
            "contratfin",
            **{**END, "IdContratFin": number, "IdContrat": 100 + number, "CodeMotifRupture": code},
        )
    export.run()
    found = export.contracts()
    assert [found[number]["end_reason"] for number in range(2, 2 + len(reasons))] == list(reasons.values())
    assert found[2]["ends_on"] == on("2021-04-20")
    assert export.month()["headcount"] == 1


def test_a_cancelled_end_is_no_end(export: Export) -> None:
    export.add("contratfin", **{**END, "CodeMotifRupture": "099"}).run()
    row = export.contract()
    assert pd.isna(row["ends_on"])
    assert pd.isna(row["end_reason"])
    assert export.month()["headcount"] == 1


def test_a_planned_end_counts_until_the_contract_outlives_it(export: Export) -> None:
    for number, planned in enumerate(("2021-04-29", "2021-06-30", "2021-03-31"), start=2):
        export.employ(number, CodeNature="02", DateFinPrev=planned)
    export.run()
    found = export.contracts()
    assert found[2]["ends_on"] == on("2021-04-29")
    assert found[3]["ends_on"] == on("2021-06-30")
    assert pd.isna(found[4]["ends_on"])
    assert export.month()["headcount"] == 3


def test_paid_leave_is_taken_out_of_the_hours_paid(export: Export) -> None:
    export.change("activite", Mesure="151.67")
    export.add("autresuspensionexecutioncontrat", **LEAVE).run()
    row = export.contract()
    assert (row["leave_hours"], row["worked_hours"]) == (14, 137.67)
    assert not row["leave_included"]


def test_leave_skips_week_ends_public_holidays_and_other_months(export: Export) -> None:
    around = {**LEAVE, "DateDebutSuspension": "2021-03-29", "DateFinSuspension": "2021-04-06"}
    export.change("activite", Mesure="151.67").add("autresuspensionexecutioncontrat", **around).run()
    assert export.contract()["leave_hours"] == 21  # 1, 2 and 6 April; the 5th is Easter Monday


def test_leave_of_a_part_time_contract_counts_its_shorter_days(export: Export) -> None:
    export.change("contrat", QuotiteTravailContrat="75.835").change("activite", Mesure="75.84")
    export.add("autresuspensionexecutioncontrat", **LEAVE).run()
    assert export.contract()["leave_hours"] == 7


def test_leave_that_a_fund_pays_is_no_part_of_the_hours_paid(export: Export) -> None:
    export.change("contrat", CodeCaisseCP="01").add("activite", IdActivite=62, TypeActivite="02", Mesure="14")
    export.add("autresuspensionexecutioncontrat", **LEAVE).run()
    row = export.contract()
    assert (row["leave_hours"], row["worked_hours"], row["suspended_hours"]) == (14, 91.67, 0)
    assert not row["leave_included"]


def test_an_employer_that_never_declares_leave_may_hide_it_in_the_hours_worked(export: Export) -> None:
    export.run()
    assert export.contract()["leave_included"]
    assert export.month()["leave_included"]


def test_hours_of_a_sick_leave_are_those_that_the_employer_declares_unpaid(export: Export) -> None:
    export.change("activite", Mesure="117.67").add("activite", IdActivite=62, TypeActivite="02", Mesure="34")
    export.add("arretdetravail", **STOPPAGE).run()
    row = export.contract()
    assert (row["suspended_hours"], row["worked_hours"]) == (34, 117.67)  # 5 days by the dates, 35 h


def test_a_sick_leave_that_the_employer_pays_is_taken_out_of_the_hours_worked(export: Export) -> None:
    export.change("activite", Mesure="151.67").add("arretdetravail", **STOPPAGE).run()
    row = export.contract()
    assert (row["suspended_hours"], row["worked_hours"]) == (35, 116.67)


def test_overlapping_sick_leaves_count_their_days_once_and_a_return_ends_them(export: Export) -> None:
    export.change("activite", Mesure="151.67").add("arretdetravail", **STOPPAGE)
    longer = {"DateDernierJourTravaille": "2021-04-13", "DateFinPrevisionelle": "2021-05-30"}
    export.add(
        "arretdetravail", **{**STOPPAGE, "IdArretDeTravail": 82, **longer, "DateReprise": "2021-04-20"}
    )
    export.run()
    assert export.contract()["suspended_hours"] == 42  # 12 to 16 and 19 April


def test_activite_partielle_cancelled_and_part_time_stoppages_suspend_nothing(export: Export) -> None:
    for number, motive in enumerate(("99", "15", "18"), start=2):
        export.employ(number)
        changed = {"IdArretDeTravail": number, "IdContrat": 100 + number, "MotifArret": motive}
        export.add("arretdetravail", **{**STOPPAGE, **changed})
    for number, motive in enumerate(("602", "998", "501"), start=5):
        export.employ(number)
        changed = {"IdAutreSuspensionExecutionContrat": number, "IdContrat": 100 + number}
        export.add("autresuspensionexecutioncontrat", **{**LEAVE, **changed, "MotifSuspension": motive})
    export.run()
    found = export.contracts()
    assert [found[number]["suspended_hours"] for number in range(2, 8)] == [0, 0, 0, 0, 0, 14]


def test_days_are_worth_a_legal_day_and_calendar_days_nothing(export: Export) -> None:
    cases = [
        ("10", "10", "91.67", 91.67), ("21", "10", "91.67", 91.67), ("20", "10", "10", 70),
        (None, "20", "10", 70), (None, "10", "91.67", 91.67), ("40", "10", "30", 0), ("31", "10", "3", 0),
    ]  # fmt: skip
    for number, (unit, contract_unit, measure, _) in enumerate(cases, start=2):
        export.employ(
            number,
            {"UniteMesure": unit, "Mesure": measure},
            CodeUniteQuotite=contract_unit,
            QuotiteTravailContrat="18",
        )
    export.run()
    found = export.contracts()
    assert [found[number]["worked_hours"] for number in range(2, 9)] == [case[3] for case in cases]
    assert (found[5]["contract_hours"], found[6]["contract_hours"]) == (126, 18)


def test_views_of_the_same_pay_are_never_added_up(export: Export) -> None:
    export.pay(52, "001", Montant="1500").pay(53, "010", Montant="1400").pay(54, "003", Montant="1600").run()
    assert (export.contract()["gross_pay"], export.contract()["base_pay"]) == (1500, 1600)


def test_without_the_gross_pay_that_of_insurance_stands_and_no_base_is_made_up(export: Export) -> None:
    export.run()
    assert export.contract()["gross_pay"] == 1100
    assert pd.isna(export.contract()["base_pay"])
    assert pd.isna(export.month()["base_pay"])


def test_a_month_has_no_base_pay_while_one_of_its_contracts_has_none(export: Export) -> None:
    export.pay(52, "003", Montant="1600")
    export.add("individu", IdIndividu=22, NIRDeclare=OTHER_NIR).add(
        "contrat", IdContrat=32, IdIndividu=22
    ).run()
    assert export.month()["headcount"] == 2
    assert pd.isna(export.month()["base_pay"])


def test_a_person_without_a_nir_has_the_number_of_his_employer_and_of_no_other(export: Export) -> None:
    export.change("individu", NIRDeclare=None, NTT="1012345678").run()
    first = export.contract()["person_key"]
    export.change("etablissement", Siren="356000000", NIC="09075").run()
    assert first != export.contract()["person_key"]
    assert len(first) == 32


def test_the_certified_nir_stands_before_the_declared_one(export: Export) -> None:
    export.change("individu", NIR=OTHER_NIR).run()
    assert export.contract()["person_key"] == Key(KEY).hash("nir", OTHER_NIR)


def states(export: Export) -> dict[str, dict[str, Any]]:
    """Rows of `payroll_months` by day of reception."""
    rows = export.extracts.table("payroll_months").to_dict("records")
    return {row["received_on"].strftime("%m-%d"): row for row in rows}


def test_a_replacement_is_a_version_and_the_first_stays_as_it_was(export: Export) -> None:
    export.send_again(1000, "2021-06-02", TypeDeclaration="03")
    export.rows["activite"][1]["Mesure"] = "31.67"
    assert balanced(export.run())
    found = states(export)
    assert {day: row["worked_hours"] for day, row in found.items()} == {"05-06": 91.67, "06-02": 31.67}
    rows = export.extracts.table("payroll")
    assert rows["worked_hours"].tolist() == [91.67, 31.67]
    assert rows["received_on"].dt.strftime("%m-%d").tolist() == ["05-06", "06-02"]


def test_a_contract_that_a_replacement_leaves_out_has_zeros_from_then_on(export: Export) -> None:
    export.send_again(1000, "2021-06-02", TypeDeclaration="05")
    for block in ("individu", "contrat", "versement", "remuneration", "activite"):
        del export.rows[block][1]
    export.run()
    assert {day: row["headcount"] for day, row in states(export).items()} == {"05-06": 1, "06-02": 0}
    last = export.extracts.table("payroll").iloc[1]
    assert (last["contract_hours"], last["worked_hours"], last["contract_kind"]) == (0, 0, "permanent")


def test_fractions_of_a_month_add_up_as_they_come(export: Export) -> None:
    export.change("declaration", NumeroFraction="12")
    export.send_again(1000, "2021-05-20", NumeroFraction="22")
    export.rows["individu"][1]["NIRDeclare"] = OTHER_NIR
    export.run()
    assert {day: row["headcount"] for day, row in states(export).items()} == {"05-06": 1, "05-20": 2}
    assert len(export.extracts.table("payroll")) == 2


def test_a_whole_declaration_takes_the_place_of_two_halves(export: Export) -> None:
    export.change("declaration", NumeroFraction="12")
    export.send_again(1000, "2021-05-20", NumeroFraction="11").run()
    found = states(export)
    assert {day: row["worked_hours"] for day, row in found.items()} == {"05-06": 91.67, "05-20": 91.67}


def test_of_two_declarations_of_a_day_the_last_counts(export: Export) -> None:
    export.send_again(1000, "2021-05-06", NumeroOrdreDeclaration=2)
    export.rows["activite"][1]["Mesure"] = "31.67"
    result = export.run()
    assert export.contract()["worked_hours"] == 31.67
    assert balanced(result)
    assert result["refused"] == {"orphan": 5, "superseded": 1}


def test_a_correction_of_an_earlier_month_is_a_version_of_that_month(export: Export) -> None:
    export.send_again(1000, "2021-06-05", DateDeclaration="2021-05-01")
    export.rows["remuneration"][1] |= {
        "DateDebutPeriodePaie": "2021-05-01",
        "DateFinPeriodePaie": "2021-05-31",
    }
    correction = {"DateDebutPeriodePaie": MONTH, "DateFinPeriodePaie": "2021-04-30", "IdVersement": 1041}
    export.pay(1052, "019", NombreHeure="-20", Montant="0", **correction)
    export.pay(54, "019", NombreHeure="60", Montant="0").run()
    rows = export.extracts.table("payroll").sort_values(["month", "received_on"])
    assert rows["idle_hours"].tolist() == [60, 40, 0]
    assert rows["received_on"].dt.strftime("%m-%d").tolist() == ["05-06", "06-05", "06-05"]
    assert rows["worked_hours"].tolist() == [91.67, 91.67, 91.67]


def test_hours_that_corrections_bring_below_zero_are_zero_and_flagged(export: Export) -> None:
    export.change("activite", Mesure="-12").run()
    assert export.contract()["worked_hours"] == 0
    assert export.month()["data_flags"] == "negative_hours"
