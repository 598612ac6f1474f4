"""People at the line: they see an alarm, walk, and act."""
