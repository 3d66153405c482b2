"""Ways in and out: Telegram, the web chat, the terminal. Nothing outside telegram.py imports telegram."""
