-- AUTOINCREMENT: a number is never given twice, so "up to here" stays true while rows come and go.
CREATE TABLE batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch BLOB NOT NULL UNIQUE,
  content BLOB NOT NULL
) STRICT;
