"""Rooms for a class: independent plants in processes of their own, under one supervisor and one instructor's view."""
