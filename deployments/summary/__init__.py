"""A document and a persona in, a summary out. It knows personas, languages and logs; it knows neither HTTP nor Ray."""
