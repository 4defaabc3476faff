"""Asking a language model behind an OpenAI-compatible endpoint, by the codebook."""
