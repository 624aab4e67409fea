-- Client networks that mailboxes sent from, at most 512 bytes each.
CREATE TABLE mailbox_networks (tenant TEXT NOT NULL, mailbox TEXT NOT NULL, networks BLOB NOT NULL, PRIMARY KEY (tenant, mailbox))
  STRICT, WITHOUT ROWID;
