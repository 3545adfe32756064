/**
 * Version 1. Each table keeps its documents as JSON in `doc`; the other columns exist for keys and indexes alone and are
 * written together with it. Never edited once released: a change is a new version in a new file.
 */
export const migration001 = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE users (user_id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;

CREATE TABLE registrations (
  id_hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX registrations_expires ON registrations (expires_at);

CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE cards (
  user_id TEXT NOT NULL, seq INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE transfers (
  transfer_id TEXT PRIMARY KEY, blob_id TEXT NOT NULL UNIQUE, sender TEXT NOT NULL,
  bytes_held INTEGER NOT NULL, due_at INTEGER, blob_to_delete INTEGER NOT NULL, has_pending INTEGER NOT NULL,
  version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX transfers_held ON transfers (sender, bytes_held) WHERE bytes_held > 0;
CREATE INDEX transfers_due ON transfers (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX transfers_blob_to_delete ON transfers (blob_to_delete) WHERE blob_to_delete = 1;
CREATE INDEX transfers_pending ON transfers (has_pending) WHERE has_pending = 1;

CREATE TABLE slots (
  slot_id TEXT PRIMARY KEY, transfer_id TEXT NOT NULL, has_pending INTEGER NOT NULL,
  version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX slots_transfer ON slots (transfer_id);
CREATE INDEX slots_pending ON slots (has_pending) WHERE has_pending = 1;

CREATE TABLE changes (
  user_id TEXT NOT NULL, seq INTEGER NOT NULL, change_id TEXT NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (user_id, seq), UNIQUE (user_id, change_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mail (
  mail_id TEXT PRIMARY KEY, next_at INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX mail_next ON mail (next_at);

CREATE TABLE tickets (id_hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX tickets_expires ON tickets (expires_at);

CREATE TABLE answers (
  user_id TEXT NOT NULL, key TEXT NOT NULL, keep_until INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (user_id, key)
) STRICT;
CREATE INDEX answers_keep_until ON answers (keep_until);
`
