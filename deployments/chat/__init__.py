"""Messages in, typed deltas out. It knows dialects and text; it knows neither HTTP nor Ray."""
