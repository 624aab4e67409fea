-- The oldest schema whose MailStats can work on this file. A later script that old programs cannot live with raises it.
CREATE TABLE compatibility (oldest INTEGER NOT NULL) STRICT;
INSERT INTO compatibility (oldest) VALUES (2);
