"""A frozen snapshot in, files for the meeting out. Nothing here reads a database or a clock."""
