"""Headers of the real extracts, in their order, as data.

Sources: SI APART and URSSAF, opensignauxfaibles (test files, MIT licence); SIRENE, INSEE (description of the
files); DSN, dsn_processing of DNUM-SocialGouv (Apache-2.0).
"""

from __future__ import annotations

import json
from importlib.resources import files

_TEXT = files("apanalytics.sources").joinpath("schemas", "headers.json").read_text("utf-8")

HEADERS: dict[str, tuple[str, ...]] = {name: tuple(header) for name, header in json.loads(_TEXT).items()}
"""Header of each file: `apdemande` and `apconso` followed by the vintage, and the three stocks of SIRENE."""
