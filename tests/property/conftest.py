"""The countries of the coherence tests: one after the other, so that each is read once for all modules."""

from __future__ import annotations

import pytest

from tests.synthetic_countries import Country, country, each


@pytest.fixture(params=each(), scope="session")
def land(request: pytest.FixtureRequest) -> Country:
    """A synthetic country: every scenario in turn, then the windows."""
    return country(request.param)
