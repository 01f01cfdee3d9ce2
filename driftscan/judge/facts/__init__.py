"""What controls see: cloud-neutral views. Only these modules know where a vendor keeps something."""

from driftscan.judge.facts.facts import Facts

__all__ = ["Facts"]
