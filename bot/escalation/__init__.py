"""Handing over to people: when, what the person is told, and what the social worker gets to see."""
