"""What a line is made of: signals, stations, links between them, and the draws that stations make."""
