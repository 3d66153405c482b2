"""Lotse: a messaging assistant for refugees in Stuttgart."""
