"""How right driftscan is: pairs, false drift, and what was planted and found, by resource type."""
