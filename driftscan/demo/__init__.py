"""The demo: an embedded AWS on this machine, an estate with known drifts in it, and the same `run` that a user would do."""
