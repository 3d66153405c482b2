"""Tests; they mirror the rooms of bot/."""
