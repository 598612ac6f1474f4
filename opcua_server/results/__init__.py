"""Results over OPC UA: what machines have found about single things, as OPC 40001-101 transfers it."""
