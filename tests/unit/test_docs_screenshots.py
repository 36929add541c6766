"""The pictures of the docs are shown, few and small."""

from __future__ import annotations

import re
from pathlib import Path

from docs.screenshots import IMAGES, PAGES

PAGE = IMAGES.parent / "explorer.md"
MOST, LARGEST = 6, 150_000


def test_every_picture_is_shown_with_words_and_is_small() -> None:
    shown = dict(re.findall(r"!\[([^\]]+)\]\(images/([^)]+)\)", PAGE.read_text("utf-8")))
    stored = sorted(IMAGES.iterdir())
    assert sorted(shown.values()) == [path.name for path in stored]
    assert set(PAGES) <= {Path(name).stem for name in shown.values()}
    assert len(stored) <= MOST
    assert all(path.stat().st_size <= LARGEST for path in stored)
