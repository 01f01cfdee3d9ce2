"""What is known about each resource type: data files, a strict loader, and what follows from them."""

from __future__ import annotations

from driftscan.catalog.decisions import Decision, decisions
from driftscan.catalog.derived import derived, ignored
from driftscan.catalog.load import Catalog, load
from driftscan.catalog.spec import Spec

__all__ = ["Catalog", "Decision", "Spec", "decisions", "derived", "ignored", "load"]
