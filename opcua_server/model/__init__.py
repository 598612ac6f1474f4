"""The information model: nodes declared as plain data, and the builder that puts them into an address space."""
