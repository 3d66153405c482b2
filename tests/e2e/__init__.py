"""From the outside: a real Lotse, spoken to through a strict stand-in of Telegram's servers."""
