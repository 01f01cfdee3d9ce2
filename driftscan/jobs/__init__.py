"""The jobs: short functions over the rooms, and the only place that knows every room."""
