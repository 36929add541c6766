"""One report in a process of its own: read a job on standard input, answer with its files on standard output.

The process ends with its parent: standard input is kept open as long as the parent lives.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any


def execute(notebook: Path, parameters: dict[str, Any]) -> Any:
    """Run a notebook in a fresh kernel; what the call returns or raises says whether it worked.

    Raises
    ------
    papermill.exceptions.PapermillExecutionError : a cell failed.
    nbclient.exceptions.DeadKernelError : the kernel died.

    Examples
    --------
    >>> import nbformat, tempfile
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell("region = ''", metadata={"tags": ["parameters"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "n.ipynb"
    ...     nbformat.write(new_notebook(cells=[cell, new_code_cell("region")]), path)
    ...     execute(path, {"region": "01"}).cells[-1].outputs[0].data["text/plain"]
    "'01'"
    """
    import papermill
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="k-") as sockets:
        # Files that only this user can open, instead of network ports that anybody on the machine can.
        private = {"transport": "ipc", "ip": f"{sockets}/k"}
        return papermill.execute_notebook(
            str(notebook),
            None,
            parameters=parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            cwd=str(notebook.parent),
            config=Config({"KernelManager": private}),
        )


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """The files of a job, in base64 by format, or what went wrong; a wrong notebook never raises.

    Examples
    --------
    >>> answer({"notebook": "nowhere.ipynb", "parameters": {}, "page": {}, "formats": ["html"]})["kind"]
    'FileNotFoundError'
    """
    from papermill.exceptions import PapermillExecutionError

    from apanalytics.reports.page import page_of

    try:
        notebook = execute(Path(job["notebook"]), job["parameters"])
        page = page_of(notebook, **job["page"])
        files = {"html": page.encode()}
        if "pdf" in job["formats"]:
            from apanalytics.reports.pdf import pdf_of

            files["pdf"] = pdf_of(page)
        return {"files": {kind: base64.b64encode(content).decode() for kind, content in files.items()}}
    except PapermillExecutionError as error:
        return {"kind": error.ename, "error": error.evalue, "cell": error.cell_index}
    except Exception as error:  # whatever it is, the parent reports it
        return {"kind": type(error).__name__, "error": str(error)}


def _spare_imports() -> None:
    """Do without the grammar of RFC 3987, which jsonschema would build for a second at every start.

    It serves to check formats of URIs; the schema of a notebook has none.
    """
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


def main() -> None:
    """Answer one job, keeping standard output for the answer alone."""
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING)
    _spare_imports()
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with reply:
        json.dump(answer(job), reply)


if __name__ == "__main__":
    main()
