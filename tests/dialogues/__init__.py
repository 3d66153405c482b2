"""Dialogues, with the real assistant and content."""
