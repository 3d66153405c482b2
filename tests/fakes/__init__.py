"""Strict stand-ins of services that we cannot reach."""
