"""Plots of series: in the terminal, as SVG, as PNG."""
