"""What happens in the demo, month by month, from the story that it is played from."""

from __future__ import annotations

from driftscan.demo.organization import IDS
from driftscan.demo.story import DENIED, DENIED_PROJECTS, EVENTS, MONTHS
from sitegen.text import code, table


def months() -> str:
    """A table of all that is done before each month's run."""
    rows = []
    for month, moment in enumerate(MONTHS, 1):
        rows += [(moment[:7], ", ".join(e.where), _sentence(e.what)) for e in EVENTS if e.month == month]
        if month in DENIED:
            env, service = DENIED[month]
            rows.append((moment[:7], env, f"The scanner's role may not read {code(service)} any more."))
        if month in DENIED_PROJECTS:
            env, short = DENIED_PROJECTS[month]
            rows.append((moment[:7], env, f"The scanner's service account may not read {code(IDS[env, short])} any more."))
    return table(("before the run of", "in", "somebody did this"), rows)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if not text.startswith(("orders-api", "events-api")) else f"{text}."
