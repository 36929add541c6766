"""The same seed gives the same values on another machine: the hashes of a small country are kept here."""

from __future__ import annotations

import json

from tests.synthetic_values import GOLDEN, drawn_hashes


def test_a_small_country_has_the_values_that_it_had():
    moved = {
        name: digest
        for name, digest in drawn_hashes().items()
        if json.loads(GOLDEN.read_text("utf-8")).get(name) != digest
    }
    assert not moved, "values moved: say why in the commit, then python -m tests.synthetic_values"
