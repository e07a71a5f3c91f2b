"""The gallery: all demos to look through, read and start, in the engine's own UI."""
