"""How loading, judging, asking and uploading grow with the work; see README.md beside this file."""
