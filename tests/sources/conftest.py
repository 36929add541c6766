from pathlib import Path

import pytest
from dsn_files import Export
from extracts import Extracts


@pytest.fixture
def extracts(tmp_path: Path) -> Extracts:
    return Extracts(tmp_path)


@pytest.fixture
def export(extracts: Extracts) -> Export:
    return Export(extracts)
