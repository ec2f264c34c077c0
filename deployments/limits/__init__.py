"""How often who may ask: moving windows. It knows clients by name and address, not HTTP."""
