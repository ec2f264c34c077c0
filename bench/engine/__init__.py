"""Our engine and graph beside `llama-server`: the same model, the same settings, the same requests."""
