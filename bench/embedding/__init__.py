"""Our embeddings beside sentence-transformers, infinity-emb and llama.cpp's server: one model, two threads."""
