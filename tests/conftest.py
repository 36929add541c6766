"""What all tests share: a browser for those that need one, and one setting."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import chromium

# Set before SciPy is imported: without it scikit-learn skips one of its checks of an estimator.
os.environ["SCIPY_ARRAY_API"] = "1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for each file of browser tests."""
    with chromium() as browser:
        yield browser
