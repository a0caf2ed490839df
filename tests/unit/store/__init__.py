"""The parts of the store that need neither a database nor a file."""
