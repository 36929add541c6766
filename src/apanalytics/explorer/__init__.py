"""The filter tool in a browser: plain French pages from a server over what `prepare` made."""

from apanalytics.explorer.journal import Journal, Verified
from apanalytics.explorer.serving import Served, serve

__all__ = ["Journal", "Served", "Verified", "serve"]
