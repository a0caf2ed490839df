"""Signing in by a real OpenID provider."""
