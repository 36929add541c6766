"""Regions, departments, activities: the official code lists."""

from __future__ import annotations

import pytest

from apanalytics.errors import InvalidArgument
from apanalytics.tables.activities import NACE17, NAF, SECTIONS, SIZE_CLASSES, nace17_of, section_of
from apanalytics.tables.geography import DEPARTMENTS, REGIONS, parse_region, region_of


def test_there_are_eighteen_regions_and_the_unknown_one() -> None:
    assert " ".join(REGIONS) == "01 02 03 04 06 11 24 27 28 32 44 52 53 75 76 84 93 94 ZZ"


def test_there_are_101_departments_each_in_a_region() -> None:
    assert len(DEPARTMENTS) == 102
    assert {region for _, region in DEPARTMENTS.values()} == set(REGIONS)


@pytest.mark.parametrize(
    ("department", "region"),
    [("59", "32"), ("2A", "94"), ("2B", "94"), ("976", "06"), ("971", "01"), ("01", "84"), ("75", "11")],
)
def test_departments_lie_in_their_region(department: str, region: str) -> None:
    assert region_of(department) == region


@pytest.mark.parametrize("text", ["32", "Hauts-de-France", "hauts de france", " HAUTS DE FRANCE "])
def test_a_region_is_told_by_code_or_label(text: str) -> None:
    assert parse_region(text) == "32"


@pytest.mark.parametrize("text", ["1", "99", "", "Nord-Pas-de-Calais", "59"])
def test_what_is_no_region_is_refused_not_guessed(text: str) -> None:
    with pytest.raises(InvalidArgument, match="Unknown region"):
        parse_region(text)


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(InvalidArgument, match=r"Did you mean 93 \(Provence-Alpes-Côte d'Azur\)"):
        parse_region("Provence Alpes Cote d Azure")


def test_the_nomenclature_is_whole() -> None:
    assert (len(NAF), len(SECTIONS), len(NACE17), len(SIZE_CLASSES)) == (732, 21, 17, 16)


@pytest.mark.parametrize(
    ("naf", "section", "group"),
    [
        ("01.11Z", "A", "AZ"),
        ("08.11Z", "B", "DE"),
        ("10.71C", "C", "C1"),
        ("19.20Z", "C", "C2"),
        ("25.62B", "C", "C5"),
        ("28.22Z", "C", "C3"),
        ("30.30Z", "C", "C4"),
        ("33.12Z", "C", "C5"),
        ("35.11Z", "D", "DE"),
        ("41.20A", "F", "FZ"),
        ("56.10A", "I", "IZ"),
        ("68.20A", "L", "LZ"),
        ("78.20Z", "N", "MN"),
        ("86.10Z", "Q", "OQ"),
        ("96.02A", "S", "RU"),
    ],
)
def test_activities_lie_in_their_section_and_group(naf: str, section: str, group: str) -> None:
    assert (section_of(naf), nace17_of(naf)) == (section, group)


def test_every_activity_has_a_section_and_a_group() -> None:
    assert {section_of(naf) for naf in NAF} == set(SECTIONS)
    assert {nace17_of(naf) for naf in NAF} == set(NACE17)
