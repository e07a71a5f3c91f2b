"""Lights and the shadows of occluders."""
