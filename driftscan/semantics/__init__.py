"""Pure algorithms on meaning: what differs as text and says the same, or says more. Used by `compare` and `judge`."""
