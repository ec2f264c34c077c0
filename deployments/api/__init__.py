"""HTTP: routes, what they accept and what they answer. It knows FastAPI and protocols; never Ray, never a model."""
