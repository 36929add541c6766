"""The reference pages are generated from docstrings, whose examples run where they are written."""

collect_ignore = ["reference"]
