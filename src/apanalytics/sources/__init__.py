"""Real extracts into the canonical tables, and back."""

from apanalytics.sources.apart_writer import write_apart
from apanalytics.sources.ingesting import IngestResult, ingest
from apanalytics.sources.sirene_writer import write_sirene

__all__ = ["IngestResult", "ingest", "write_apart", "write_sirene"]
