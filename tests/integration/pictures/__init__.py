"""Stored pictures as other programs read them."""
