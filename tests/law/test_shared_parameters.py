"""Our YAML against the table of parameters from which it was first written."""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from apanalytics import law

TABLE = Path(__file__).parents[3] / "shared" / "data" / "law" / "parameters.csv"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not TABLE.exists(), reason="../shared is absent")]

REGIMES = {"protected_s1_s1bis": "protected", "closed_admin": "closed"}
BY_REGIME = {
    "taux_indemnite": "indemnity_rate",
    "taux_allocation": "allocation_rate",
    "plancher_allocation": "allocation_floor",
    "seuil_perte_ca": "turnover_loss",
    "duree_max": "max_months",
    "reduction_max_horaire": "max_reduction",
    "reduction_max_exceptionnelle": "max_reduction_exceptional",
    "periode_autorisation": "authorisation_months",
    "delai_validation_accord": "decision_days_agreement",
    "delai_homologation_document_unilateral": "decision_days_unilateral",
    "mois_indemnises_max": "max_paid_months",
    "allocation_forfait_1_250_salaries": "flat_allocation_small",
    "allocation_forfait_plus_250_salaries": "flat_allocation_large",
    "seuil_effectif_forfait": "flat_headcount_max",
}
BY_NAME = {
    ("general_mayotte", "plancher_allocation"): "mayotte.general_floor",
    ("apld_mayotte", "plancher_allocation"): "mayotte.apld_floor",
    ("all", "smic_horaire_brut"): "smic.hourly",
    ("all", "duree_legale_hebdo"): "hours.legal_weekly",
    ("all", "duree_legale_mensuelle"): "hours.legal_monthly",
    ("all", "duree_legale_annuelle_hors_journee_solidarite"): "hours.legal_yearly",
    ("all", "plafond_assiette_allocation"): "cap.allocation_smic",
    ("all", "plafond_assiette_indemnite"): "cap.indemnity_smic",
    ("all", "delai_instruction"): "procedure.decision_days",
    ("all", "depot_demande_sinistre_intemperies"): "procedure.filing_days_after_start_weather",
    ("all", "depot_demande_circonstances_exceptionnelles"): "procedure.filing_days_after_start_exceptional",
    ("all", "duree_max_autorisation"): "procedure.max_authorisation_months",
    ("all", "cumul_max_autorisations"): "procedure.rolling_max_months",
    ("all", "duree_max_autorisation_sinistre"): "procedure.max_authorisation_months_weather",
    ("all", "delai_demande_indemnisation"): "procedure.claim_months",
    ("all", "delai_di_amenagement_temps_sup_6_mois"): "procedure.claim_extra_months_long_arrangement",
    ("all", "seuil_avis_cse"): "procedure.works_council_threshold",
    ("all", "delai_avis_cse_a_posteriori"): "procedure.works_council_opinion_months",
    ("all", "demande_unique_multi_etablissements"): "procedure.single_request_establishments",
    ("all", "contingent_annuel"): "procedure.annual_contingent",
    ("all", "sous_contingent_modernisation"): "procedure.modernisation_contingent",
    ("all", "forfait_jours_demi_journee"): "hours.day_package_half_day",
    ("all", "forfait_jours_jour"): "hours.day_package_day",
    ("all", "forfait_jours_semaine"): "hours.day_package_week",
    ("all", "assistante_maternelle_duree"): "hours.childminder_weekly",
    ("all", "salarie_particulier_employeur_duree"): "hours.household_employee_weekly",
    ("all", "plancher_indemnite_horaire"): "employee.indemnity_floor",
    ("all", "indemnite_formation"): "employee.training_indemnity_rate",
    ("all", "plafond_horaire_indemnite_60"): "cap.published_indemnity_60",
    ("all", "plafond_horaire_allocation_36"): "cap.published_allocation_36",
    ("all", "plafond_horaire_allocation_60"): "cap.published_allocation_60",
    ("all", "plafond_horaire_70"): "cap.published_70",
    ("all", "sanction_penale_prison"): "sanction.prison_years",
    ("all", "sanction_penale_amende"): "sanction.fine",
    ("all", "sanction_exclusion_aides"): "sanction.exclusion_years",
    ("all", "sanction_remboursement_aides"): "sanction.repaid_months",
    ("all", "delai_min_remboursement_trop_percu"): "sanction.repayment_days",
    ("stats", "seuil_unites_entreprises"): "secrecy.min_units",
    ("stats", "seuil_dominance"): "secrecy.max_dominance",
}


def rows():
    return list(csv.DictReader(TABLE.open(encoding="utf-8"))) if TABLE.exists() else []


def is_number(text):
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True


def named(row):
    key = (row["regime"], row["parameter"])
    return BY_NAME.get(key) or f"{REGIMES.get(key[0], key[0])}.{BY_REGIME[key[1]]}"


NUMERIC = [row for row in rows() if is_number(row["value"]) and row["confidence"] != "not_found"]


def label(row):
    return f"{row['regime']}-{row['parameter']}-{row['period_start']}"


@pytest.mark.parametrize("row", NUMERIC, ids=label)
def test_every_number_of_the_table_is_in_the_yaml_on_its_day_with_its_confidence(row):
    dated = law.parameter(named(row))
    start = date.fromisoformat(row["period_start"])
    value = Decimal(row["value"])
    exact = [entry for entry in dated.entries if entry.valid_from == start and entry.value == value]
    if row["parameter"] == "indemnite_formation" and row["value"] == "0.7":
        assert exact[0].valid_from == start
    else:
        assert dated.on(row["period_end"] or "2026-12-31") == value
    assert exact, f"{dated.name} has no entry from {start}"
    assert exact[-1].confidence == row["confidence"]


def test_the_table_has_many_numbers():
    assert len(NUMERIC) > 230


GAPS = [row for row in rows() if row["value"].startswith("not found")]


@pytest.mark.parametrize("row", GAPS, ids=label)
def test_every_gap_of_the_table_is_explicit(row):
    name = "secrecy.min_units_tax" if row["regime"] == "stats" else named(row)
    entry = law.parameter(name).entry(row["period_start"] or "2026-01-01")
    assert (entry.value, entry.missing) == (None, "not_found")
