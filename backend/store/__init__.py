"""Where runs, uploads, presets, people and pictures are kept: a database and a folder of files."""
