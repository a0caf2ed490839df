"""The way to an OpenID provider."""
