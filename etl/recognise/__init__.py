"""Received files in, a report of every cell out: what was taken, skipped, asked.

The first law: never a silent wrong number. Whatever a file does not say is a question.
The way in is `etl.recognise.engine.recognise`; this file imports nothing, because the process
that opens untrusted bytes (`reader.py`) must start small.
"""
