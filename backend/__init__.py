"""Everything that happens, without a page: usable from a script or a test."""
