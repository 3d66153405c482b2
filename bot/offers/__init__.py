"""What people can join in Stuttgart: German courses, sport, and groups; read from files and searched by wishes."""
