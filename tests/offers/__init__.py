"""Tests of offers: what can be joined, read from files and searched by wishes."""
