"""A saved model: text and JSON only, with hashes, so that loading it runs no code and shows any change."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from apanalytics.errors import ModelMismatch
from apanalytics.law import fingerprint
from apanalytics.risk.amounts import AmountModel
from apanalytics.risk.calibration import Calibrator
from apanalytics.risk.card import markdown
from apanalytics.risk.columns import Columns
from apanalytics.risk.ensemble import Ensemble
from apanalytics.risk.learners import revive
from apanalytics.risk.rules import Rules
from apanalytics.tables import replacing

if TYPE_CHECKING:
    from apanalytics.risk.model import RiskModel
    from apanalytics.risk.surrogate import Surrogate

FORMAT = "apanalytics-risk-3"
"""Name of the layout of a model folder; a reader of another layout refuses the folder."""
MANIFEST, AMOUNTS = "manifest.json", "amounts.txt"


def save_model(
    model: RiskModel, folder: Path, card: dict[str, Any], surrogate: Surrogate | None = None
) -> Path:
    """Write a fitted model beside its final place and rename it into it.

    The folder holds ``model.json`` (parameters, columns, classes, rules), ``learner_<n>.txt`` and, with an
    amount model, ``amounts.txt`` (LightGBM's text format), ``calibrator.json``, ``model_card.json`` and
    ``carte_modele.md``, the readable score card where there is one (``score_card.json``,
    ``carte_scores.md``), and ``manifest.json`` with the SHA-256 of each. The same model gives the same bytes.
    """
    with replacing(folder, mark=MANIFEST) as beside:
        beside_it = {} if surrogate is None else surrogate.texts()
        for name, text in (_texts(model, card) | beside_it).items():
            (beside / name).write_text(text, encoding="utf-8")
        hashes = {path.name: _hash(path) for path in sorted(beside.iterdir())}
        (beside / MANIFEST).write_text(_json({"format": FORMAT, "files": hashes}), encoding="utf-8")
    return folder


def load_model(folder: Path, model: RiskModel) -> RiskModel:
    """Fill `model` from a model folder after checking each file against its hash.

    Raises
    ------
    ModelMismatch : no model there, another layout, a file changed or missing.

    Warns
    -----
    UserWarning : the parameters of the law are not those that the model was fitted with.
    """
    names = _checked(folder)
    saved = _read(folder / "model.json")
    model.set_params(**saved["parameters"])
    model.columns_ = Columns.from_json(saved["columns"])
    model.classes_ = np.array(saved["classes"])
    model.n_features_in_ = len(model.columns_.names)
    if saved["named"]:
        model.feature_names_in_ = np.array(model.columns_.names, dtype=object)
    model.offset_, model.figures_ = saved["offset"], saved["figures"]
    model.calibrator_ = Calibrator.from_json(_read(folder / "calibrator.json"))
    texts = sorted(name for name in names if name.startswith("learner_"))
    boosters = tuple(revive((folder / name).read_text(encoding="utf-8")) for name in texts)
    model.ensemble_ = Ensemble(boosters, saved["trust"], saved["average"], Rules.from_json(saved["rules"]))
    model.earlier_share_ = saved["earlier_share"]
    model.amounts_ = None
    if saved["amounts"] is not None:
        booster = revive((folder / AMOUNTS).read_text(encoding="utf-8"))
        model.amounts_ = AmountModel(booster, **saved["amounts"])
    model.card_ = _read(folder / "model_card.json")
    _warn_of_other_law(model.card_.get("law"), folder)
    return model


def _warn_of_other_law(fitted_under: str | None, folder: Path) -> None:
    """Warn where the law is not the one that the model was fitted with; an older card says none."""
    if fitted_under is not None and fitted_under != fingerprint():
        warnings.warn(
            f"The parameters of the law have changed since the model in {folder} was fitted (law "
            f"{fitted_under[:12]} on its card, now {fingerprint()[:12]}): features that rest on them may no "
            "longer mean what it learnt. Train it again, or use the version of the package that fitted it.",
            stacklevel=4,
        )


def _texts(model: RiskModel, card: dict[str, Any]) -> dict[str, str]:
    """Return the content of every file of the folder but the manifest."""
    parameters = model.get_params() | {"n_jobs": None}
    if not isinstance(parameters["random_state"], int):
        parameters["random_state"] = None
    saved = {
        "parameters": parameters,
        "columns": model.columns_.json(),
        "named": hasattr(model, "feature_names_in_"),
        "classes": model.classes_.tolist(),
        "offset": model.offset_,
        "trust": model.ensemble_.trust,
        "average": model.ensemble_.average,
        "rules": model.ensemble_.rules.json(),
        "earlier_share": model.earlier_share_,
        "figures": model.figures_,
        "amounts": None if model.amounts_ is None else model.amounts_.json(),
    }
    learners = {f"learner_{i}.txt": b.model_to_string() for i, b in enumerate(model.ensemble_.boosters)}
    if model.amounts_ is not None:
        learners[AMOUNTS] = model.amounts_.booster.model_to_string()
    return learners | {
        "model.json": _json(saved),
        "calibrator.json": _json(model.calibrator_.json()),
        "model_card.json": _json(card),
        "carte_modele.md": markdown(card),
    }


def _checked(folder: Path) -> list[str]:
    """Return the names of the files that the manifest lists, all present and unchanged."""
    if not (folder / MANIFEST).is_file():
        raise ModelMismatch(
            "No saved model here", where=str(folder), todo="`apanalytics train DATA MODEL` writes one."
        )
    manifest = _read(folder / MANIFEST)
    if not isinstance(manifest, dict):
        raise _no_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise ModelMismatch(
            f"The model is not in the layout {FORMAT!r}",
            where=str(folder / MANIFEST),
            value=manifest.get("format"),
            todo="Load it with the version that wrote it (model_card.json names it), or train again.",
        )
    files = manifest.get("files")
    if not isinstance(files, dict):
        raise _no_manifest(folder)
    for name, expected in files.items():
        path = folder / name
        if not path.is_file() or _hash(path) != expected:
            raise ModelMismatch(
                "A file of the model is missing or was changed since it was saved",
                where=str(path),
                todo="Restore the folder from a copy, or train the model again.",
            )
    return list(files)


def _no_manifest(folder: Path) -> ModelMismatch:
    return ModelMismatch(
        "The manifest of the model does not list its files",
        where=str(folder / MANIFEST),
        todo="Restore the folder from a copy, or train the model again.",
    )


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ModelMismatch(
            "A file of the model cannot be read", where=str(path), todo="Restore the folder from a copy."
        ) from None


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
