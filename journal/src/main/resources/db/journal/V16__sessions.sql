-- People's browsers. A session acts as the key it belongs to and ends with it; a link opens one session.

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  key_id TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  browser TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_key ON sessions (key_id);

CREATE TABLE sign_in_links (
  hash TEXT NOT NULL PRIMARY KEY,
  key_id TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
