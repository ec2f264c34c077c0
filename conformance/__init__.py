"""Real, unmodified clients against a running workbench. It knows their packages only by the files that pin them."""
