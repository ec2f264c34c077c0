"""OpenAI's wire format: https://platform.openai.com/docs/api-reference."""
