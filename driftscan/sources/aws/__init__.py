"""The AWS API, read by one generic reader that the catalogue drives."""

from __future__ import annotations

from driftscan.sources.aws.source import AwsSource
from driftscan.sources.aws.unit import Plan, ResolvedAccount, Tuning, Unit

__all__ = ["AwsSource", "Plan", "ResolvedAccount", "Tuning", "Unit"]
