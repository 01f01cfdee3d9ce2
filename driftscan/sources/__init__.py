"""Where facts come from: one folder per source. The only room that imports a cloud SDK, and only when a source is used."""
