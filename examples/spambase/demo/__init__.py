"""The demo's parts: shards of data, the world it runs in, its processes, the oracle, the table."""
