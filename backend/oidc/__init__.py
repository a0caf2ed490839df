"""The OpenID provider that signs people in: all that is asked of it over HTTP."""
