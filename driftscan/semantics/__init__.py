"""What configuration means where its text says it in more than one way; pure, a room per language."""
