-- Segments of the index (MailStats.Mail.Search.Segments) up to a delivery; step is the last that was done, format what the
-- terms mean. A merged segment is as old as the newest it was made of.
CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), indexed INTEGER NOT NULL, step INTEGER NOT NULL, format INTEGER NOT NULL) STRICT;
INSERT INTO progress (id, indexed, step, format) VALUES (1, 0, 0, 0);
CREATE TABLE segments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  age INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  first_row INTEGER NOT NULL,
  last_row INTEGER NOT NULL
) STRICT;
-- id: segment * 2^24 + number.
CREATE TABLE documents (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE document_times (id INTEGER PRIMARY KEY, first_at INTEGER NOT NULL) STRICT;
CREATE TABLE terms (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE first_terms (segment INTEGER NOT NULL, term BLOB NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (segment, term)) STRICT, WITHOUT ROWID;
