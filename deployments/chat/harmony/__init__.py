"""Harmony, the format gpt-oss was trained on: https://github.com/openai/harmony/blob/main/docs/format.md."""
