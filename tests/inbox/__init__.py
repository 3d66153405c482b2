"""Tests of the room escalation."""
