"""The laboratory: samples that a person takes on a round, and results that come later."""
