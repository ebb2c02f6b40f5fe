-- Several servers on one journal. What each commit changed, for those that follow: the newest few
-- thousand, by revision without gaps. It is read once and soon, so packing it would cost more than
-- it saves.

CREATE TABLE commits (
  revision BIGINT NOT NULL PRIMARY KEY,
  news BYTEA NOT NULL
);
ALTER TABLE commits ALTER COLUMN news SET STORAGE EXTERNAL;

-- The servers, by the database's clock.

CREATE TABLE replicas (
  id TEXT NOT NULL PRIMARY KEY,
  addresses TEXT NOT NULL,
  version TEXT NOT NULL,
  protocol INT NOT NULL,
  seen_at BIGINT NOT NULL
);

-- What all of them show as one farm: its authority, and the secret of calls among them.

CREATE TABLE farm_secrets (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
