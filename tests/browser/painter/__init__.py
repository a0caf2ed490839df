"""The mask painter, alone."""
