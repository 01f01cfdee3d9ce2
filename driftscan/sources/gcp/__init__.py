"""Google Cloud by Cloud Asset Inventory and Resource Manager: one paged listing reads every type, at one moment for all projects."""

from __future__ import annotations

from driftscan.sources.gcp.organization import Organizations
from driftscan.sources.gcp.source import KEPT, GcpSource, moment_of

__all__ = ["KEPT", "GcpSource", "Organizations", "moment_of"]
