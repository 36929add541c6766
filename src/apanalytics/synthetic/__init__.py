"""A synthetic country: firms, payroll, requests, claims, conduct, and inspectors who see part of it."""

from __future__ import annotations

from apanalytics.synthetic.country import LAYOUTS, STEPS, Drawn, synth
from apanalytics.synthetic.knobs import scenarios

__all__ = ["LAYOUTS", "STEPS", "Drawn", "scenarios", "synth"]
