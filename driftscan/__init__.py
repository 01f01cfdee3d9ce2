"""driftscan tells, with evidence, whether stage still is a rehearsal of prod."""

__version__ = "0.1.0"
