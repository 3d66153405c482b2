"""Components of Lotse's Rasa pipelines."""
