"""The stations of a tile line, one file each."""
