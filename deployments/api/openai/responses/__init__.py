"""OpenAI's Responses API, in its own words."""
