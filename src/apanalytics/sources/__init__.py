"""Real extracts into the canonical tables, and back."""

from apanalytics.sources.apart_writer import write_apart
from apanalytics.sources.champollion_writer import write_champollion
from apanalytics.sources.gip_mds_writer import write_gip_mds
from apanalytics.sources.ingesting import IngestResult, ingest
from apanalytics.sources.sirene_writer import write_sirene
from apanalytics.sources.urssaf_writer import write_urssaf

__all__ = [
    "IngestResult",
    "ingest",
    "write_apart",
    "write_champollion",
    "write_gip_mds",
    "write_sirene",
    "write_urssaf",
]
