"""The canonical tables: their contract as Table Schema, reading, writing, validation."""

from apanalytics.tables.connection import open_connection
from apanalytics.tables.folder import replacing
from apanalytics.tables.reading import Table, Tables, read
from apanalytics.tables.schema import TABLES, Field, ForeignKey, Schema, schema
from apanalytics.tables.validation import Check, validate
from apanalytics.tables.writing import ordered_writer, write_table

__all__ = [
    "TABLES",
    "Check",
    "Field",
    "ForeignKey",
    "Schema",
    "Table",
    "Tables",
    "open_connection",
    "ordered_writer",
    "read",
    "replacing",
    "schema",
    "validate",
    "write_table",
]
