"""Runs without an audience: scenarios laid over a plant, and the batch run behind `rajola simulate`."""
