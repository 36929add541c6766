"""`base` is what published figures were measured on: whoever changes it says so in a decision record.

After a change: `python -m tests.golden.test_synthetic_base_frozen` prints the new hash; put it below, and
write in `docs/decisions` what changed, why, and the difficulty and realism tables before and after.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256

from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.scenario_files import settings

FROZEN = "cbc105b08d7bcba7cbc52ffc3d0fbbc7081b859940ef696c027f779409d598cf"


def hash_of_base() -> str:
    """Hash every setting of `base`, and the codes of the kinds in their order."""
    text = json.dumps([asdict(settings("base")), [kind.code for kind in KINDS]], sort_keys=True)
    return sha256(text.encode()).hexdigest()


def test_the_settings_of_base_are_those_of_the_published_tables():
    assert hash_of_base() == FROZEN, "See the top of this file: `base` is frozen."


if __name__ == "__main__":
    print(hash_of_base())
