"""Any other GGUF, by the chat template that the file carries."""
