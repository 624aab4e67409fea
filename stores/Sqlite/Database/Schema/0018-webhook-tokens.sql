-- Tokens that have proven a webhook's post (Mailgun), with a hash of the body that each came with first.
CREATE TABLE webhook_tokens (
  token BLOB PRIMARY KEY,
  content BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_tokens_by_expiry ON webhook_tokens (expires_at);
