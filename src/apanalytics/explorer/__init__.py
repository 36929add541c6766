"""The filter tool in a browser: plain French pages from a server over what `prepare` made."""

from apanalytics.explorer.journal import Journal, Verified
from apanalytics.explorer.notebook import Explored, explore
from apanalytics.explorer.serving import Served, serve

__all__ = ["Explored", "Journal", "Served", "Verified", "explore", "serve"]
