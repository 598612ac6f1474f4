"""Where the run meets the world: wall clock, files, gateways, users and the command line."""
