"""A synthetic country: firms, payroll, requests, claims, conduct, and inspectors who see part of it."""

from __future__ import annotations

from apanalytics.synthetic.country import LAYOUTS, TICKS, Drawn, synth
from apanalytics.synthetic.scenario_files import scenarios

__all__ = ["LAYOUTS", "TICKS", "Drawn", "scenarios", "synth"]
