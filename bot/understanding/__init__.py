"""What a person meant: language, intent, entities, and words of danger."""
