"""Facts in, judgements out: register, tidy files, database, assessment. Knows no screen and no report."""
