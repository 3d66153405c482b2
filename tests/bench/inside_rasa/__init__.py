"""Runs in Rasa's own environment. A folder of its own: beside this one lies a module that is called as Rasa is."""
