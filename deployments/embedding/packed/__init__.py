"""Encoders that read texts of any lengths in one pass without padding. They know token ids, no text and no batch."""
