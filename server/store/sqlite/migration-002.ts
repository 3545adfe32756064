/**
 * Version 2: second factors, tokens, identities that follow one another, and what a person leaves behind. Sessions of
 * version 1 know neither device nor place; their people log in again.
 */
export const migration002 = `
ALTER TABLE users ADD COLUMN has_news INTEGER NOT NULL DEFAULT 0;
CREATE INDEX users_news ON users (has_news) WHERE has_news = 1;

CREATE TABLE attempts (
  id_hash TEXT PRIMARY KEY, user_id TEXT, expires_at INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_expires ON attempts (expires_at);
CREATE INDEX attempts_user ON attempts (user_id) WHERE user_id IS NOT NULL;

DROP TABLE sessions;
CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE tokens (
  id_hash TEXT PRIMARY KEY, token_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX tokens_user ON tokens (user_id, created_at);
CREATE INDEX tokens_expires ON tokens (expires_at);

CREATE TABLE chained_cards (
  user_id TEXT NOT NULL, chain INTEGER NOT NULL, seq INTEGER NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (user_id, chain, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO chained_cards SELECT user_id, 0, seq, json_set(doc, '$.chain', 0) FROM cards;
DROP TABLE cards;
ALTER TABLE chained_cards RENAME TO cards;

CREATE INDEX transfers_sender ON transfers (sender);

ALTER TABLE slots ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE slots ADD COLUMN sender TEXT NOT NULL DEFAULT '';
UPDATE slots SET owner = json_extract(doc, '$.owner'), sender = json_extract(doc, '$.sender');
CREATE INDEX slots_owner ON slots (owner, sender);
CREATE INDEX slots_sender ON slots (sender, owner);
`
