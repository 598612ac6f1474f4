"""Control loops of a tile line, each a part that a plant or a scenario switches on."""
