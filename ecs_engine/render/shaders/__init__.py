"""The shaders of the stock pipelines, as files."""
