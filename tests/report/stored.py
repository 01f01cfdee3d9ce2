"""The report of a report.json."""

from driftscan.report.stored import load

__all__ = ["load"]
