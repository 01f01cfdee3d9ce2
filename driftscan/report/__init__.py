"""Builds every table, number and sentence once, as values (the `Report`); formats print them."""

from driftscan.report.build import build
from driftscan.report.coverage import coverage_of
from driftscan.report.trend import figures, point

__all__ = ["build", "coverage_of", "figures", "point"]
