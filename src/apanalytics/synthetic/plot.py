"""Figures of a synthetic country beside the official ones: matplotlib Axes, labels in French."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from apanalytics.synthetic import realism
from apanalytics.tables.geography import REGIONS

DRAWN, OFFICIAL = "Pays synthétique", "Chiffres officiels"
_LABELS = {
    "claims_share": "Part des demandes d’indemnisation (%)",
    "employees_per_claim": "Salariés par demande",
    "hours_per_employee": "Heures chômées par salarié",
}
_MEASURES = {
    "claimed in 2020-03": "Salariés indemnisés, mars 2020",
    "requested from 2020-03-01": "Salariés des demandes, 1er mars – 22 juin 2020",
}
_WRITTEN = 0.2
"""Gaps, in points, from which the heat map writes the figure."""


def months(
    drawn: pd.DataFrame, official: pd.DataFrame, what: str = "claims_share", ax: Axes | None = None
) -> Axes:
    """Draw a figure of each month, as drawn (points) and official (line).

    Parameters
    ----------
    drawn, official : see `realism.claims_by_establishment` and `realism.official_claims`.
    what : `claims_share` (of all months), `employees_per_claim` or `hours_per_employee`.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> table = realism.official_claims()
    >>> months(table, table, "hours_per_employee").get_ylabel()
    'Heures chômées par salarié'
    """
    axes = _axes(ax, (8, 3.2))
    if what == "claims_share":
        both = realism.beside(drawn, official, ["month"])
        ours = both["claims"] / both["claims"].sum() * 100
        theirs = both["official_claims"] / both["official_claims"].sum() * 100
    else:
        means = realism.means_by_month(drawn, official)
        ours, theirs = means[what], means[f"official_{what}"]
    axes.plot(theirs.index, theirs, color="0.4", label=OFFICIAL)
    axes.plot(ours.index, ours, "ko", label=DRAWN)
    top = 1.15 * max(ours.max(), theirs.max())
    axes.set(ylim=(0, top), xlabel="Mois d’activité", ylabel=_LABELS[what])
    axes.legend(loc="best", frameon=False)
    return axes


def differences(drawn: pd.DataFrame, official: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a heat map of the gaps between shares of claims, region by activity group, in points.

    Blue cells have too few claims in the synthetic country, red cells too many; gaps of 0.2 points and more
    are written.

    Parameters
    ----------
    drawn, official : see `realism.claims_by_establishment` and `realism.official_claims`.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> table = realism.official_claims()
    >>> len(differences(table, table).texts)
    0
    """
    both = realism.beside(drawn, official, ["region", "nace17"])
    gap = both["claims"] / both["claims"].sum() - both["official_claims"] / both["official_claims"].sum()
    table = (gap * 100).unstack("nace17").fillna(0.0)
    axes, values = _axes(ax, (9, 6)), table.to_numpy()
    most = max(float(np.abs(values).max()), _WRITTEN)
    image = axes.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto")
    axes.set_xticks(range(table.shape[1]), [str(code) for code in table.columns])
    axes.set_yticks(range(len(table)), [REGIONS.get(str(code), str(code)) for code in table.index])
    for row, column in np.argwhere(np.abs(values) >= _WRITTEN):
        ink = "white" if abs(values[row, column]) > most / 2 else "black"
        text = f"{values[row, column]:+.1f}".replace(".", ",")
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=ink)
    axes.figure.colorbar(image, ax=axes, label="Écart (points)")
    axes.set_xlabel("Groupe d’activité (NACE 17)")
    return axes


def sizes(shares: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of employees by headcount of their company, as drawn and official.

    Parameters
    ----------
    shares : see `realism.size_shares`; its first measure is drawn.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> import apanalytics as ap
    >>> sizes(realism.size_shares(ap.read("data/synthetic"))).get_title()
    'Salariés indemnisés, mars 2020'
    """
    axes = _axes(ax, (8, 3.2))
    measure = str(shares.index[0][0])
    part = shares.loc[measure] * 100
    place = np.arange(len(part))
    axes.bar(place - 0.2, part["official_share"], 0.4, color="white", edgecolor="black", label=OFFICIAL)
    axes.bar(place + 0.2, part["share"], 0.4, color="0.4", label=DRAWN)
    axes.set_xticks(place, [str(size) for size in part.index])
    axes.set(xlabel="Effectif de l’entreprise", ylabel="Part des salariés (%)", title=_MEASURES[measure])
    axes.legend(loc="best", frameon=False)
    return axes


def hours(drawn: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how many hours per employee establishments claim in a month, as a histogram of claims.

    The official table has means only; the shape is a choice of the generator: many are closed or hardly
    touched.

    Parameters
    ----------
    drawn : see `realism.claims_by_establishment`.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> table = pd.DataFrame({"hours": [70.0, 302.0], "employees": [2, 2], "claims": [1, 1]})
    >>> hours(table).get_xlabel()
    'Heures chômées par salarié et par mois'
    """
    axes = _axes(ax, (8, 3.2))
    each = drawn["hours"] / drawn["employees"]
    axes.hist(each, bins=np.arange(0, each.max() + 10, 10).tolist(), weights=drawn["claims"], color="0.4")
    axes.set(xlabel="Heures chômées par salarié et par mois", ylabel="Demandes d’indemnisation")
    return axes


def _axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    return plt.subplots(figsize=size)[1] if ax is None else ax
