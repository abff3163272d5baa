"""A hundred people at once: real websocket clients against the real server, and what it costs."""

# What can be left out of the server to see what it is worth (server.py).
REMEDIES = ("collection", "freeze", "thresholds", "warm-up", "compression", "caches", "foresight", "turns")
