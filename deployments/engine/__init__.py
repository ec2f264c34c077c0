"""Tokens in, tokens out: many sequences over one llama.cpp context. It knows no text, HTTP or Ray."""
