"""Whatever kills a run: each report is the one before or the new one, and the manifest tells which."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from apanalytics.reports import making, report
from apanalytics.reports.manifest import entries
from tests.unit.country import prepared_country
from tests.unit.report_kills import page

FEW, MANY = (7, 20), tuple(range(1, 60, 3))
"""Steps at which to die, of some sixty: in every run of the tests, and at night."""
REGIONS = ("32", "94")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared_country(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def good(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reports of the version before."""
    out = tmp_path_factory.mktemp("good") / "out"
    done = start(data, out, "avant", 0)
    assert done.returncode == 0, done.stderr
    return out


def start(data: Path, out: Path, text: str, step: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.unit.report_kills", str(data), str(out), text, str(step)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def stale(out: Path) -> None:
    """Make the manifest of the version before look as if the data had changed since."""
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    for one in manifest["reports"]:
        one["made_from"] = "before"
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def versions(out: Path, region: str) -> set[str]:
    folder = out / region
    return {path.read_text("utf-8").split()[1] for path in folder.glob("rapport-*.*") if path.is_file()}


def check_after(out: Path) -> None:
    """Every file is whole, and the manifest, once settled, has the hash of what is really there."""
    json.loads((out / "manifest.json").read_text("utf-8"))
    known = {entry.region: entry for entry in entries(out)}
    for region in REGIONS:
        for path in (out / region).glob("rapport-*.*"):
            assert path.read_text("utf-8").split()[1] in ("avant", "après"), "no half-written file"
            name, content = str(path.relative_to(out)), path.read_bytes()
            assert known[region].files[name] == hashlib.sha256(content).hexdigest(), (region, name)
        made_from_new = known[region].made_from not in ("before", None)
        assert versions(out, region) == {"après"} if made_from_new else True


@pytest.mark.parametrize(
    "step", [*FEW, *(pytest.param(step, marks=pytest.mark.nightly) for step in MANY if step not in FEW)]
)
def test_a_parent_killed_at_any_step_leaves_old_or_new_and_the_next_call_completes(
    data: Path, good: Path, tmp_path: Path, step: int
) -> None:
    out = tmp_path / "out"
    shutil.copytree(good, out)
    stale(out)
    killed = start(data, out, "après", step)
    assert killed.returncode == -9, "the step was reached"
    check_after(out)
    again = start(data, out, "après", 0)
    assert again.returncode == 0, again.stderr
    check_after(out)
    assert all(versions(out, region) == {"après"} for region in REGIONS)
    assert not list(out.rglob("*.tmp")), "what the killed run left is swept away"
    assert {entry.status for entry in entries(out)} <= {"done", "skipped"}


def test_files_cut_off_between_two_renames_are_told_apart(data: Path, good: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(good, out)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    one = manifest["reports"][0]
    html, pdf = (f"32/rapport-32-2021-09.{kind}" for kind in ("html", "pdf"))
    (out / html).write_text("html après 32", "utf-8")
    new = {html: hashlib.sha256(b"html apr\xc3\xa8s 32").hexdigest(), pdf: "0" * 64}
    one["putting"], one["made_from"] = new, "before"
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (entry, _) = entries(out)
    assert (entry.status, entry.made_from) == ("failed", None)
    assert "some are new" in str(entry.error)
    assert entry.files[html] == new[html], "the new one"
    assert entry.files[pdf] == one["sha256"][pdf], "the one before"


@pytest.mark.nightly
def test_a_full_disk_keeps_the_previous_report_and_the_next_call_completes(
    data: Path, tmp_path: Path
) -> None:
    """On a small file system of its own, mounted in a namespace that only this test's processes see."""
    if not _may_mount():
        pytest.skip("this account may not mount a file system of its own")
    out = tmp_path / "out"
    out.mkdir()
    run = f"{sys.executable} -m tests.unit.report_kills {data} {out}"
    script = (
        f"mount -t tmpfs -o size=300k tmpfs {out} && {run} avant 0 && touch {data}/claims.parquet "
        f'&& sed -i \'s/"made_from": "[^"]*/"made_from": "before/\' {out}/manifest.json; '
        f"head -c 400000 /dev/zero > {out}/fill; {run} après 0; echo full=$?; "
        f"cat {out}/32/rapport-32-2021-09.html; rm {out}/fill; {run} après 0; echo again=$?; "
        f"cat {out}/32/rapport-32-2021-09.html"
    )
    done = subprocess.run(
        ["unshare", "-rm", "bash", "-c", script], capture_output=True, text=True, check=False
    )
    said = done.stdout[done.stdout.index("full=") :]
    assert not said.startswith("full=0"), done.stdout
    assert "html avant 32" in said.partition("again=")[0], done.stdout
    assert "again=0" in said, done.stderr
    assert said.endswith("html après 32")


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_a_disk_that_refuses_while_files_are_put_in_place_fails_that_report_alone(
    data: Path, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    shutil.copytree(good, out)
    stale(out)
    monkeypatch.setattr(making, "run", page("après"))
    real = making.staged

    def full(content: bytes, destination: Path):  # type: ignore[no-untyped-def]
        if "32" in destination.name:
            raise OSError(28, "No space left on device", str(destination))
        return real(content, destination)

    monkeypatch.setattr(making, "staged", full)
    result = report(data, out, REGIONS, "2021-09", formats="html,pdf")
    assert [(e.region, e.status) for e in result.entries] == [("32", "failed"), ("94", "done")]
    assert "No space left" in str(result.entries[0].error)
    assert versions(out, "32") == {"avant"}
    assert versions(out, "94") == {"après"}


def test_earlier_versions_are_kept_as_many_as_asked_and_no_more(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    for number in range(4):
        monkeypatch.setattr(making, "run", page(f"v{number}"))
        if (out / "manifest.json").exists():
            stale(out)
        result = report(data, out, ["32"], "2021-09", keep=2)
    kept = sorted(path.read_text("utf-8") for path in (out / "32" / "versions").iterdir())
    assert kept == ["html v1 32", "html v2 32"]
    assert sorted(result.entries[0].versions) == sorted(
        str(path.relative_to(out)) for path in (out / "32" / "versions").iterdir()
    )


def test_a_format_asked_for_later_is_made_without_waiting_for_new_data(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "run", page("v"))
    first = report(data, tmp_path / "out", ["32"], "2021-09")
    both = report(data, tmp_path / "out", ["32"], "2021-09", formats="html,pdf")
    after = report(data, tmp_path / "out", ["32"], "2021-09")
    assert [r.entries[0].status for r in (first, both, after)] == ["done", "done", "skipped"]
