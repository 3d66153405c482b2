"""``make bench``: how many turns a second, how long they take, how long a start takes and what memory it needs."""
