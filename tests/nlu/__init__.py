"""Tests of the Rasa project; they need its environment, and minutes: ``make rasa-test``."""
