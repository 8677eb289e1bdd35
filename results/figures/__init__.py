"""The figures of `mecsim report`: a module a figure, and what they share (tables, style)."""
