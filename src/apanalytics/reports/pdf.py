"""A page as PDF: tagged for screen readers (PDF/UA), with bookmarks, page numbers and repeated headers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from apanalytics.errors import ReportFailed

VARIANT = "pdf/ua-1"
"""ISO 14289-1, accessible PDF: what French public services have to publish (RGAA, criterion 13.3)."""
INSTALL = (
    "Install Pango (Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0), or ask for html only."
)


def pdf_of(page: str) -> bytes:
    """Render a page of ours; nothing but what the page holds is read.

    Raises
    ------
    ReportFailed : Pango, which sets the text, is not on this machine.

    Examples
    --------
    >>> pdf_of("<html lang=fr><title>T</title><h1>T</h1>")[:5]
    b'%PDF-'
    """
    weasyprint: Any = renderer()
    document = weasyprint.HTML(string=page, url_fetcher=_refuse)
    written: bytes = document.write_pdf(pdf_variant=VARIANT, custom_metadata=False)
    return written


def renderer() -> Any:
    """WeasyPrint, or a refusal that says what to install.

    Raises
    ------
    ReportFailed : a library that it needs is missing.

    Examples
    --------
    >>> renderer().__name__
    'weasyprint'
    """
    try:
        return import_module("weasyprint")
    except OSError as error:
        raise ReportFailed(
            "PDF cannot be written here", why=f"WeasyPrint misses a library: {error}.", todo=INSTALL
        ) from None


def _refuse(url: str) -> Any:
    """Let `data:` through, which the page itself holds, and nothing from disk or network."""
    if not url.startswith("data:"):
        raise ValueError("a report reads nothing from outside")
    return import_module("weasyprint.urls").URLFetcher().fetch(url)
