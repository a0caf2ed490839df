"""Pure data, the error tree and the ports. Imports nothing of ours and does no I/O."""
