"""The whole report as text, for files and pipes: what the terminal shows, with nothing left out."""

from __future__ import annotations

from driftscan.formats import terminal
from driftscan.model.report import Report


def render(report: Report) -> str:
    """All findings, groups, gaps and rules, 100 columns wide, without colour."""
    return terminal.render(report, width=100, full=True)
