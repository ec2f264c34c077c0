"""Summaries without a language model: what a document says about itself, picked by rules and shortened to fit."""
