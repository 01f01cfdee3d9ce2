"""What is measured, against what, and how to repeat it. Figures are ratios inside one run; absolute times move with the machine."""
