"""Texts in, vectors of length 1 out. It knows models, batches and caches; it knows neither HTTP nor Ray."""
