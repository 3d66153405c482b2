"""How well Lotse understands: labelled utterances against what the interpreter makes of them."""
