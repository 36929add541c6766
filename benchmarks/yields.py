"""Settings that are measured, not chosen: `conduct.yields` and `inspection.mean_weight`, as YAML to paste.

A kind's yield is the share of all cases of a stage that it makes non-conforming, divided by its share of
firms: with it a wanted case rate is turned into shares of firms. The mean weight of a case is what an
office's capacity is divided by. Both are measured on the scenario as it is; run it after any change of
`base`, and say so in a decision record.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from apanalytics.synthetic import synth
from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.inspectors import weight
from apanalytics.synthetic.scenario_files import settings
from apanalytics.tables import Tables, read

STAGES = {"authorisation": "requests", "payment": "claims"}


def main() -> None:
    """Draw some countries and print the settings."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--seeds", default="11,12,13", help="not those of the difficulty table")
    parser.add_argument("--scenario", default="base")
    asked = parser.parse_args()
    found = []
    for seed in asked.seeds.split(","):
        with tempfile.TemporaryDirectory() as place:
            synth(f"{place}/country", asked.requests, int(seed), scenario=asked.scenario, lines=False)
            found.append(measured(read(Path(place, "country"))))
    kinds = sum(kind for kind, _ in found) / len(found)
    weights = sum(mean for _, mean in found) / len(found)
    for code, row in kinds.div(_firms(asked.scenario), axis=0).iterrows():
        print(f"    {code}: [{row['authorisation']:.3f}, {row['payment']:.3f}]")
    print(f"  mean_weight: {{{', '.join(f'{name}: {mean:.2f}' for name, mean in weights.items())}}}")


def _firms(scenario: str) -> pd.Series:
    kinds = settings(scenario).conduct.kinds
    return pd.Series({kind.code: kinds[kind.code].firms for kind in KINDS})


def measured(tables: Tables) -> tuple[pd.DataFrame, pd.Series]:
    """Return shares of cases that each kind makes wrong, by stage, and mean weights by plan and stage."""
    truth, selections = tables.truth.to_pandas(), tables.selections.to_pandas()
    wrong = truth[truth["nonconforming"]].groupby(["kind", "stage"]).size().unstack(fill_value=0)
    shares = wrong.div(truth.groupby("stage").size())
    shares = shares.reindex(index=[kind.code for kind in KINDS], columns=list(STAGES), fill_value=0).fillna(0)
    plan = (
        np.where(selections["stratum"] == "plan 1", "first", "second") + "_" + selections["stage"].map(STAGES)
    )
    return shares, pd.Series(weight(selections["score"].to_numpy())).groupby(plan.to_numpy()).mean()


if __name__ == "__main__":
    main()
