"""Condensing, extractive summaries and outlines, measured without a graph: they need one core and no Ray."""
