"""Conversations that last: who owns them and what was said. It knows SQL; no HTTP, no model."""
