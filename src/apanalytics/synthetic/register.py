"""The register of establishments (as SIRENE holds it), and who files and is paid for each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import UNUSUAL
from apanalytics.synthetic.draws import Draws, Floats, Ints, positions
from apanalytics.synthetic.economy import HEAD_OFFICE, SLOTS, SUCCESSOR
from apanalytics.synthetic.filing import Filings
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.names import firm_names, hex_keys
from apanalytics.synthetic.official import Wave, figures
from apanalytics.synthetic.rings import ring
from apanalytics.synthetic.seats import newcomers, paid_by_voucher
from apanalytics.synthetic.sirets import sirens, sirets

_USURPED, _SHELL = UNUSUAL
_CLASSES = ("00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53")
_CLASS_FROM = np.array([0, 1, 3, 6, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000])
_DAY = np.timedelta64(1, "D")
_REQUESTS_PER_FIRM = 2.2
NEVER = 100_000
"""A month position past any window."""
_NO_DAY = np.datetime64("NaT", "D")


def register(frame: Filings, wave: Wave, draws: Draws, settings: Settings) -> pd.DataFrame:
    """Return the filing establishments with their identity, place, trade, dates, filer and accounts.

    Adds to `frame.establishments`: siren, siret, department, region_code, naf, nace_code, name,
    legal_category, created_on, moved (month position from which a successor siret stands, else past the
    window), wary_from (month position from which it knows what inspectors look at), next_siret, payroll_uid
    (another siret of the siren where the payroll is kept there), filer_id, bank, email.
    """
    table = frame.establishments.copy()
    uid, firm = table["uid"].to_numpy(), table["firm"].to_numpy()
    siren = sirens(firm, draws)
    table["siren"], table["siret"] = siren.astype(str), sirets(siren, 1 + uid % SLOTS).astype(str)
    table["region_code"] = np.array(wave.regions)[table["region"]]
    table["nace_code"] = np.array(wave.activities)[table["nace17"]]
    table["department"] = _departments(table, draws)
    _trades(table, draws, settings)
    table["created_on"] = _created(table, frame, wave, draws, settings)
    _moves(table, frame, wave, draws, settings)
    table["wary_from"] = NEVER
    table["payroll_uid"] = _payroll_places(table, wave, draws, settings)
    _accounts(table, frame, wave, draws, settings)
    table["pool"] = 1 + frame.national // settings.economy.requests_per_pool
    table["pool_key"] = [int.from_bytes(code.encode(), "big") for code in table["department"]]
    return table


def _departments(table: pd.DataFrame, draws: Draws) -> np.ndarray:
    counts, chosen = figures("requests_by_department"), np.empty(len(table), dtype=object)
    for region, rows in counts.groupby("region"):
        here = (table["region_code"] == region).to_numpy()
        picked = draws.pick("department", rows["requests"], table["uid"].to_numpy()[here])
        chosen[here] = rows["department"].to_numpy()[picked]
    return chosen


def _trades(table: pd.DataFrame, draws: Draws, settings: Settings) -> None:
    trades, firm = figures("activities"), table["firm"].to_numpy()
    chosen = np.zeros(len(table), dtype=np.int64)
    for code, rows in trades.groupby("nace17"):
        here = (table["nace_code"] == code).to_numpy()
        chosen[here] = rows.index.to_numpy()[draws.pick("trade", rows["weight"], firm[here])]
    table["naf"] = trades["naf"].to_numpy()[chosen]
    sole = draws.chance("sole trader", settings.economy.sole_trader, firm) & ~np.isin(table["kind"], UNUSUAL)
    legal = np.array(["5499", "5710", "5599", "9220"])[draws.pick("legal", [0.5, 0.38, 0.06, 0.06], firm)]
    table["legal_category"] = np.where(sole, "1000", legal)
    names = np.array(firm_names(firm, trades["trade"].iloc[chosen], draws), dtype=object)
    table["name"] = pd.Series(names).mask(sole)


def _created(table: pd.DataFrame, frame: Filings, wave: Wave, draws: Draws, settings: Settings) -> np.ndarray:
    uid, firm = table["uid"].to_numpy(), table["firm"].to_numpy()
    opening = wave.months[0].astype("datetime64[D]")
    days = 120 + draws.exponential("age", settings.economy.mean_age_years * 365, firm)
    days = np.where(uid % SLOTS > 0, days * (0.2 + 0.7 * draws.uniform("younger", uid)), days).clip(
        90, 20_000
    )
    days = np.where(table["kind"] == _USURPED, 700 + draws.below("dormant", 5000, uid), days)
    created = opening - days.astype(np.int64) * _DAY
    first = frame.requests.groupby("uid")["start"].min().reindex(uid).to_numpy()
    burst = wave.months[first].astype("datetime64[D]") - draws.between("shell age", 20, 200, uid) * _DAY
    recent = draws.chance("created in crisis", settings.economy.created_in_crisis, firm) & (uid % SLOTS == 0)
    return np.asarray(np.where((table["kind"] == _SHELL) | recent, burst, created))


def _moves(table: pd.DataFrame, frame: Filings, wave: Wave, draws: Draws, settings: Settings) -> None:
    uid = table["uid"].to_numpy()
    moves = draws.chance("moves", settings.economy.moved, uid) & (uid % SLOTS == 0)
    moves &= ~np.isin(table["kind"], UNUSUAL)
    first = frame.requests.groupby("uid")["start"].min().reindex(uid).to_numpy()
    table["moved"] = np.where(moves, first + draws.between("moves after", 1, 5, uid), NEVER)
    table["next_siret"] = siret_of(table["siren"], np.full(len(table), SUCCESSOR))


def _payroll_places(table: pd.DataFrame, wave: Wave, draws: Draws, settings: Settings) -> Ints:
    """The number under which payroll is declared: the establishment's own, or its head office's."""
    uid, firm = table["uid"].to_numpy(), table["firm"].to_numpy()
    office = head_office(firm, draws, settings)
    near = table["region"].to_numpy() == firm_region(firm, wave, draws)
    far = draws.chance("payroll elsewhere", settings.payroll.under_head_office, uid)
    several = (office != uid) & (table["moved"].to_numpy() > len(wave.months))
    return np.where(near & far & several & ~np.isin(table["kind"], UNUSUAL), office, uid)


def firm_region(firm: Ints, wave: Wave, draws: Draws) -> Ints:
    """Return the region (position) of each firm's first establishment, as `economy.firms` draws it."""
    return np.asarray(wave.region[positions(draws.uniform("cell", firm), wave.claims.max(0))])


def head_office(firm: Ints, draws: Draws, settings: Settings) -> Ints:
    """Return the number of each firm's head office: its first establishment, or one that does not file."""
    several = draws.pick("filing establishments", settings.economy.filing_establishments, firm) > 0
    apart = several & draws.chance("head office apart", settings.economy.separate_head_office, firm)
    return np.asarray(firm * SLOTS + np.where(apart, HEAD_OFFICE, 0))


def siret_of(siren: pd.Series, uid: pd.Series | Ints) -> np.ndarray:
    """Return the SIRET, as text, of establishment numbers."""
    return np.asarray(sirets(siren.to_numpy(np.int64), 1 + np.asarray(uid) % SLOTS).astype(str))


def _accounts(table: pd.DataFrame, frame: Filings, wave: Wave, draws: Draws, settings: Settings) -> None:
    knobs, firm = settings.economy, table["firm"].to_numpy()
    region, invented = table["region"].to_numpy(), np.isin(table["kind"], UNUSUAL)
    weight = wave.claims.sum(0)
    share = np.bincount(wave.region, weights=weight / weight.sum())[region]
    filers = np.ceil(frame.national * share / knobs.requests_per_filer)
    large = table["size"].to_numpy() >= knobs.large_from
    by_filer = (
        draws.chance("by filer", np.where(large, knobs.filer_share_large, knobs.filer_share_small), firm)
        & ~invented
    )
    filer = np.floor(filers * draws.uniform("filer", firm) ** 2).astype(np.int64)
    names = hex_keys(draws.bits("filer name", region, filer))
    unnamed = draws.chance("filer unnamed", knobs.filer_unnamed, firm)
    table["filer_id"] = pd.Series(names).where(by_filer & ~unnamed)
    table["in_group"] = draws.chance("in group", knobs.in_group, firm) & ~invented
    table["in_network"] = table["in_group"] & draws.chance("in network", knobs.in_network, firm)
    gang = ring(firm, region, frame.national, wave, draws)
    own = hex_keys(draws.bits("email", firm))
    table["email"] = np.where(by_filer, hex_keys(draws.bits("filer email", region, filer)), own)
    table["by_filer"] = by_filer
    table["bank"] = _banks(table, filers * knobs.requests_per_filer, frame.national, gang, draws, settings)


def _banks(
    table: pd.DataFrame, scale: Floats, national: int, gang: Ints, draws: Draws, settings: Settings
) -> np.ndarray:
    """Bank account of each firm: its own, that of its group or network, or that of a ring."""
    knobs, firm, region = settings.economy, table["firm"].to_numpy(), table["region"].to_numpy()
    groups = np.ceil(scale / _REQUESTS_PER_FIRM * knobs.in_group / knobs.firms_per_group)
    group = np.floor(groups * draws.uniform("group", firm)).astype(np.int64)
    members = national / _REQUESTS_PER_FIRM * knobs.in_group * knobs.in_network
    network = draws.below("network", max(round(members / max(knobs.firms_per_network, 1)), 1), firm)
    shared = np.where(
        table["in_network"], draws.bits("network bank", network), draws.bits("group bank", region, group)
    )
    bits = np.where(table["in_group"], shared, draws.bits("bank", firm))
    return hex_keys(np.where(np.isin(table["kind"], UNUSUAL), draws.bits("ring bank", gang), bits))


def establishment_table(table: pd.DataFrame, wave: Wave, draws: Draws, settings: Settings) -> pd.DataFrame:
    """Return the canonical `establishments`: those that file, head offices apart, successors."""
    uid, firm = table["uid"].to_numpy(), table["firm"].to_numpy()
    office = head_office(firm, draws, settings)
    moved = table["moved"].to_numpy() < len(wave.months)
    closing = (wave.months[0] + table["moved"].to_numpy()).astype("datetime64[D]") - _DAY
    known = closing + draws.between("closing known", 15, 60, uid) * _DAY
    filing = table.assign(
        is_head_office=office == uid,
        closed_on=np.where(moved, closing, np.datetime64("NaT", "D")),
        known_on=_NO_DAY,
    )
    heirs = filing[moved].assign(
        siret=table["next_siret"][moved],
        created_on=closing[moved] + _DAY,
        closed_on=_NO_DAY,
        known_on=known[moved],
    )
    silent = ~np.isin(office, uid) & (table["region"] == firm_region(firm, wave, draws)).to_numpy()
    apart = filing.assign(office=office)[silent].drop_duplicates("firm")
    apart = apart.assign(
        siret=siret_of(apart["siren"], apart["office"]),
        uid=apart["office"],
        is_head_office=True,
        size=1 + draws.below("office size", 12, apart["firm"]),
        closed_on=_NO_DAY,
        known_on=_NO_DAY,
    )
    rows = pd.concat([filing, heirs, apart], ignore_index=True)
    rows["size_class"] = _size_classes(rows, draws, settings)
    unknown = newcomers(rows, draws, settings) | paid_by_voucher(rows, draws, settings)
    rows["is_employer"] = (rows["kind"] != _USURPED) & ~unknown
    return rows.assign(region=rows["region_code"])


def _size_classes(rows: pd.DataFrame, draws: Draws, settings: Settings) -> np.ndarray:
    """The class as SIRENE holds it: of an earlier year, missing for some, none for firms without staff."""
    key = rows["uid"].to_numpy()
    earlier = np.rint(rows["size"] * (0.75 + 0.4 * draws.uniform("earlier size", key)))
    place = np.searchsorted(_CLASS_FROM, earlier, side="right") - 1
    missing = draws.chance("size unknown", 0.06, key) | np.isin(rows["kind"], UNUSUAL)
    missing |= newcomers(rows, draws, settings) | paid_by_voucher(rows, draws, settings)
    return np.where(missing, "NN", np.array(_CLASSES)[place.clip(0)])


def insolvency_table(table: pd.DataFrame, wave: Wave, draws: Draws, settings: Settings) -> pd.DataFrame:
    """Return the canonical `insolvencies`: some firms of the region, at a date of the window."""
    firm = table.drop_duplicates("siren")[["siren", "firm"]]
    firm = firm[draws.chance("insolvent", settings.economy.insolvent, firm["firm"])]
    number = firm["firm"].to_numpy()
    kind = np.array(["safeguard", "receivership", "liquidation"])
    day = wave.months[draws.below("insolvency month", len(wave.months), number)].astype("datetime64[D]")
    effective = day + draws.below("insolvency day", 27, number) * _DAY
    known = effective + draws.between("insolvency known", 5, 40, number) * _DAY
    kinds = kind[draws.pick("insolvency kind", [0.15, 0.5, 0.35], number)]
    return pd.DataFrame(
        {
            "siren": firm["siren"],
            "effective_on": effective,
            "kind": kinds,
            "ended_on": pd.NaT,
            "known_on": known,
        }
    )
