"""How often who may ask, and what they may spend on models that cost money. It knows names and addresses, not HTTP."""
