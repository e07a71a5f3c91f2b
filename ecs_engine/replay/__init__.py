"""Recording and replaying games."""
