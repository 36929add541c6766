"""Features whose steps do not follow their own description, as the steps compute them today.

The reference of each says what the description says. A step that is mended disagrees with what stands here:
then the function is deleted.
"""

from __future__ import annotations

from . import accounts, authorised, firm, history, legal_time, person_time, persons, staff
from .desk import Case, Clerk, Row, first_day, last_day, number
from .registry import claim_only
