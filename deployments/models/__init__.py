"""Where a model's files come from: a path, a built-in, or the Hugging Face hub. It loads nothing."""
