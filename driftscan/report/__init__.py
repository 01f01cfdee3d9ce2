"""Builds every table, number and sentence once, as values (the `Report`); formats print them."""

from driftscan.report.build import build
from driftscan.report.coverage import coverage_of
from driftscan.report.idle import idle
from driftscan.report.slice import of_owner, owners
from driftscan.report.stored import load
from driftscan.report.trend import figures, point

__all__ = ["build", "coverage_of", "figures", "idle", "load", "of_owner", "owners", "point"]
