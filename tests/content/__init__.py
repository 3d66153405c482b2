"""Tests of what editors write."""
