"""The store against real databases and real files."""
