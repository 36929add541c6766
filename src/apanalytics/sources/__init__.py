"""Real extracts into the canonical tables, and back."""

from apanalytics.sources.ingesting import IngestResult, ingest

__all__ = ["IngestResult", "ingest"]
