"""What a run leaves behind: the event log and the KPI folds over it."""
