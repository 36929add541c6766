"""A report runs in a process and a kernel of its own; only what the run returns counts as success."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from apanalytics.errors import ReportFailed
from apanalytics.reports.run import Job, Limits, run

PARAMETERS = new_code_cell("region = ''", metadata={"tags": ["parameters"]})


def notebook(folder: Path, *sources: str) -> Path:
    path = folder / "n.ipynb"
    cells = [PARAMETERS, new_markdown_cell("## Titre"), *(new_code_cell(source) for source in sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def job(
    path: Path, seconds: float = 60, memory: int = 4 * 10**9, formats: tuple[str, ...] = ("html",)
) -> Job:
    limits = Limits(seconds, memory)
    return Job(path, {"region": "01"}, "Titre", "Fin", {"generator": "test"}, formats, limits)


def running(mark: str) -> list[str]:
    """Command lines of the live processes whose environment or arguments hold a mark."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                line = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
                state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if mark.encode() in line and state != "Z":
                found.append(line.decode(errors="replace"))
    return found


def wait_until_gone(mark: str, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while running(mark):
        assert time.monotonic() < until, f"still running: {running(mark)}"
        time.sleep(0.1)


def test_a_region_keeps_its_leading_zero_and_warnings_stay_out_of_the_page(tmp_path: Path) -> None:
    source = "import warnings; warnings.warn('bruit')\nprint(repr(region))"
    page = run(job(notebook(tmp_path, source)))["html"].decode()
    assert "<pre>&#39;01&#39;\n</pre>" in page
    assert "bruit" not in page


def test_a_failing_cell_is_a_failed_report_with_its_message(tmp_path: Path) -> None:
    with pytest.raises(ReportFailed, match=r"(?s)'ValueError'.*Cell 3\. trop petit"):
        run(job(notebook(tmp_path, "raise ValueError('trop petit')")))


def test_a_kernel_that_dies_is_a_failed_report(tmp_path: Path) -> None:
    with pytest.raises(ReportFailed, match="DeadKernelError"):
        run(job(notebook(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")))


def test_a_worker_that_dies_is_a_failed_report(tmp_path: Path) -> None:
    kill_parent = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)"
    with pytest.raises(ReportFailed, match="the worker died"):
        run(job(notebook(tmp_path, kill_parent)))


def test_a_report_that_takes_too_long_is_stopped_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APANALYTICS_TEST_MARK", mark := f"mark-{os.getpid()}-{time.time_ns()}")
    script = (
        "from tests.unit.test_reports_run import job; from pathlib import Path; import sys;"
        "from apanalytics.reports.run import run; run(job(Path(sys.argv[1]), seconds=6))"
    )
    path = notebook(tmp_path, "import time; time.sleep(600)")
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert "The report took too long" in done.stderr
    wait_until_gone(mark)


def test_killing_the_run_takes_worker_and_kernel_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APANALYTICS_TEST_MARK", mark := f"mark-{os.getpid()}-{time.time_ns()}")
    flag = tmp_path / "started"
    path = notebook(tmp_path, f"open({str(flag)!r}, 'w').close(); import time; time.sleep(600)")
    script = (
        "from tests.unit.test_reports_run import job; from pathlib import Path; import sys;"
        "from apanalytics.reports.run import run; run(job(Path(sys.argv[1])))"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(path)], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not flag.exists():
        assert parent.poll() is None
        assert time.monotonic() < until
        time.sleep(0.1)
    assert len(running(mark)) >= 3, "the run, its worker and its kernel"
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until_gone(mark)


def test_a_report_that_takes_too_much_memory_is_stopped_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APANALYTICS_TEST_MARK", mark := f"mark-{os.getpid()}-{time.time_ns()}")
    path = notebook(tmp_path, "held = bytearray(900_000_000); import time; time.sleep(600)")
    with pytest.raises(ReportFailed, match=r"too much memory .*'0\.8 GB'"):
        run(job(path, memory=800_000_000))
    wait_until_gone(mark)


def test_pdf_is_made_from_the_same_page_tagged_in_french_with_bookmarks_and_numbers(tmp_path: Path) -> None:
    import io

    import pypdf

    rows = "".join(f"<tr><th scope=row>{n}<td>{n}" for n in range(120))
    head = "<caption>L</caption><thead><tr><th scope=col>Tête<th scope=col>N</thead>"
    table = f"<table>{head}<tbody>{rows}</table>"
    source = f"from IPython.display import HTML\nHTML({table!r})"
    made = run(job(notebook(tmp_path, source), formats=("html", "pdf")))
    assert sorted(made) == ["html", "pdf"]
    read = pypdf.PdfReader(io.BytesIO(made["pdf"]))
    root: Any = read.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert [mark.title for mark in read.outline if not isinstance(mark, list)] == ["Titre"]
    pages = [page.extract_text() for page in read.pages]
    assert len(pages) >= 2
    assert all("Tête" in text for text in pages[:-1]), "the header of the table is repeated"
    assert f"Page 2 sur {len(pages)}" in pages[1]


def test_without_pango_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from apanalytics.reports import pdf

    def missing(name: str) -> object:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pdf, "import_module", missing)
    with pytest.raises(ReportFailed, match="apt-get install libpango"):
        pdf.pdf_of("<p>x")


def test_a_page_for_pdf_reads_nothing_from_disk_or_network(tmp_path: Path) -> None:
    from apanalytics.reports.pdf import _refuse

    (tmp_path / "secret.txt").write_text("x")
    for url in (f"file://{tmp_path}/secret.txt", "http://localhost:9/x", "ftp://x"):
        with pytest.raises(ValueError, match="nothing from outside"):
            _refuse(url)
