"""The instructor's view of the rooms of a class; it knows the rooms by their own HTTP interfaces."""

from api.rooms.gateway import RoomsHttp

gateway = RoomsHttp()
"""What the entry point `http` of the group `rajola.rooms` names."""
