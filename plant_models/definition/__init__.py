"""A plant as its owner describes it: plant files, order books and firing curves."""
