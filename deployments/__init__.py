"""eGemma Serve: embeddings, summaries and chat as one Ray Serve graph."""

__version__ = "0.1.0"
