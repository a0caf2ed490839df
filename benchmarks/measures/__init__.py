"""What is measured: one file for each line of the table in docs/performance.md."""
