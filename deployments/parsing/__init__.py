"""Source text in, its outline out. It knows languages and processes; it knows neither HTTP nor Ray."""
