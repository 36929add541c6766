"""Share of firms of each kind of conduct: as the settings say, or such that a case rate is met."""

from __future__ import annotations

import numpy as np

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.draws import Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.official import Wave

_MOST = 0.9
"""Share of firms that may have a kind of conduct, all kinds together."""


def kind_shares(settings: Settings) -> Floats:
    """Return the share of firms of each kind, before activity and region weigh it.

    A case rate is met by two factors: one on the kinds that reach payment, one on those that act on requests
    alone. `yields` gives what each kind adds to the rates of both stages per firm that has it; the rates of
    a draw then vary around the target as any sample does.

    Raises
    ------
    InvalidArgument : no shares of firms give these rates.

    Examples
    --------
    >>> from apanalytics.synthetic.scenario_files import settings
    >>> bool(0.1 < kind_shares(settings()).sum() < 0.5)
    True
    """
    knobs = settings.conduct
    firms = np.array([knobs.kinds[kind.code].firms for kind in KINDS])
    shares = firms * _factors(firms, settings)
    if shares.sum() > _MOST or (shares < 0).any():
        raise InvalidArgument(
            "The case rate is out of reach",
            where="conduct: case_rate" if knobs.case_rate else "conduct: scale, kinds",
            value=dict(knobs.case_rate) or round(float(shares.sum()), 2),
            why=f"At most {_MOST:.0%} of firms may have a kind of conduct, and those whose claims are wrong "
            "have wrong requests too.",
            todo="Ask for a lower rate, or for rates of the two stages that are nearer to each other.",
        )
    return np.asarray(shares)


def _factors(firms: Floats, settings: Settings) -> Floats:
    knobs = settings.conduct
    gives = np.array([knobs.yields[kind.code] for kind in KINDS]) * firms[:, None]
    on_claims = np.array([kind.claim is not None for kind in KINDS])
    factors = np.full(len(KINDS), knobs.scale)
    if "payment" in knobs.case_rate:
        factors[on_claims] = knobs.case_rate["payment"] / gives[:, 1].sum()
    if "authorisation" in knobs.case_rate:
        rest = knobs.case_rate["authorisation"] - (factors * gives[:, 0])[on_claims].sum()
        factors[~on_claims] = rest / gives[~on_claims, 0].sum()
    return factors


def drawn_kinds(nace17: Ints, region: Ints, firm: Ints, wave: Wave, draws: Draws, settings: Settings) -> Ints:
    """Return the kind of each firm, -1 for none: commoner in some activities and regions."""
    knobs = settings.conduct
    activity = np.array([[kind.activities.get(code, 1.0) for kind in KINDS] for code in wave.activities])
    place, number = np.arange(len(wave.regions))[:, None], np.arange(len(KINDS))
    spread = knobs.region_spread
    here = np.exp(spread * draws.normal("kind in region", place, number) - spread**2 / 2)
    here = here * np.array([knobs.regions.get(code, 1.0) for code in wave.regions])[:, None]
    edges = np.cumsum(kind_shares(settings) * activity[:, None] * here[None], axis=-1)
    drawn = draws.uniform("kind", firm)[:, None]
    rank = (drawn >= edges[nace17, region]).sum(1)
    return np.where(rank == len(KINDS), -1, rank)
