"""How a line runs: engine, pace, commands, journal, chapters, sensors."""
