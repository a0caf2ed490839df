"""The gateway to fal, and practice mode, which stands in for it."""
