"""What the project promises as a whole, shown through the real command line, months at a time."""
