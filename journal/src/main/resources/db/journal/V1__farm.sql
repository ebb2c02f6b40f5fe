-- Times are epoch milliseconds, digests 64 hexadecimal digits, states and roles lower-case words,
-- lists and maps JSON, sets of task indexes their text form (0-4,7).
-- ${clustered} keeps the rows of a table in the order of its primary key where the engine can.

CREATE TABLE meta (
  id INT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  outputs BIGINT NOT NULL
);
INSERT INTO meta (id, revision, attempts, outputs) VALUES (1, 0, 0, 0);

CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  project TEXT NOT NULL,
  priority INT NOT NULL,
  state TEXT NOT NULL,
  submitted_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT,
  message TEXT,
  template TEXT NOT NULL,
  manifest TEXT,
  parameters TEXT NOT NULL,
  requirements TEXT NOT NULL,
  settings TEXT NOT NULL
) ${clustered};
CREATE INDEX jobs_by_state ON jobs (state, id);
CREATE INDEX jobs_by_owner ON jobs (owner, id);
CREATE INDEX jobs_by_project ON jobs (project, id);

CREATE TABLE job_inputs (
  job TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (job, digest)
) ${clustered};
CREATE INDEX job_inputs_by_digest ON job_inputs (digest, job);

-- Jobs that are gone, whose tasks, attempts, outputs and inputs are still to be removed.
CREATE TABLE deleted_jobs (
  job TEXT NOT NULL PRIMARY KEY
) ${clustered};

CREATE TABLE steps (
  job TEXT NOT NULL,
  step INT NOT NULL,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  size INT NOT NULL,
  chunk INT NOT NULL,
  run INT NOT NULL,
  depends_on TEXT NOT NULL,
  state TEXT NOT NULL,
  withheld TEXT NOT NULL,
  PRIMARY KEY (job, step)
) ${clustered};

-- How many rows of tasks there are in each state, so that nobody has to count a million.
CREATE TABLE step_counts (
  job TEXT NOT NULL,
  step INT NOT NULL,
  state TEXT NOT NULL,
  tasks BIGINT NOT NULL,
  PRIMARY KEY (job, step, state)
) ${clustered};

-- How long the succeeded attempts of a job took.
CREATE TABLE job_times (
  job TEXT NOT NULL PRIMARY KEY,
  succeeded BIGINT NOT NULL,
  millis BIGINT NOT NULL
) ${clustered};

CREATE TABLE tasks (
  job TEXT NOT NULL,
  step INT NOT NULL,
  idx INT NOT NULL,
  generation INT NOT NULL,
  state TEXT NOT NULL,
  tries INT NOT NULL,
  losses INT NOT NULL,
  lease TEXT,
  tried_on TEXT NOT NULL,
  failure TEXT,
  started_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (job, step, idx)
) ${clustered};
CREATE INDEX tasks_not_done ON tasks (job, state, step, idx) WHERE state <> 'done';

CREATE TABLE leases (
  id TEXT NOT NULL PRIMARY KEY,
  node TEXT NOT NULL,
  job TEXT NOT NULL,
  step INT NOT NULL,
  tasks TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  started INT NOT NULL
) ${clustered};
CREATE INDEX leases_by_job ON leases (job);

CREATE TABLE attempts (
  job TEXT NOT NULL,
  number BIGINT NOT NULL,
  lease TEXT NOT NULL,
  step INT NOT NULL,
  idx INT NOT NULL,
  generation INT NOT NULL,
  try INT NOT NULL,
  node TEXT NOT NULL,
  outcome TEXT NOT NULL,
  failure TEXT,
  log TEXT,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  renderer TEXT,
  memory_bytes BIGINT,
  PRIMARY KEY (job, number)
) ${clustered};
CREATE UNIQUE INDEX attempts_once ON attempts (lease, idx);
CREATE INDEX attempts_by_task ON attempts (job, step, idx, outcome, generation);
CREATE INDEX attempts_by_log ON attempts (log, job) WHERE log IS NOT NULL;

CREATE TABLE outputs (
  job TEXT NOT NULL,
  number BIGINT NOT NULL,
  step INT NOT NULL,
  idx INT NOT NULL,
  generation INT NOT NULL,
  path TEXT NOT NULL,
  digest TEXT NOT NULL,
  size BIGINT NOT NULL,
  committed_at BIGINT NOT NULL,
  PRIMARY KEY (job, number)
) ${clustered};
CREATE UNIQUE INDEX outputs_once ON outputs (job, step, idx, generation, path);
CREATE INDEX outputs_by_digest ON outputs (digest, job);

CREATE TABLE nodes (
  id TEXT NOT NULL PRIMARY KEY,
  wish TEXT NOT NULL,
  slots INT NOT NULL,
  version TEXT NOT NULL,
  os TEXT NOT NULL,
  cpus INT NOT NULL,
  memory_bytes BIGINT NOT NULL,
  renderers TEXT NOT NULL,
  templates TEXT NOT NULL,
  seen_at BIGINT
) ${clustered};

CREATE TABLE blobs (
  digest TEXT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  needed_at BIGINT NOT NULL,
  hold_until BIGINT NOT NULL
) ${clustered};

CREATE TABLE access_keys (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  invite_hash TEXT,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE UNIQUE INDEX access_keys_live_name ON access_keys (name) WHERE revoked_at IS NULL;

CREATE TABLE invites (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  uses_left INT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- Idempotency keys and the ids of the jobs that they stand for.
CREATE TABLE claims (
  person TEXT NOT NULL,
  claim_key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  job TEXT NOT NULL,
  created INT NOT NULL,
  claimed_at BIGINT NOT NULL,
  PRIMARY KEY (person, claim_key)
);
CREATE INDEX claims_by_job ON claims (job);
CREATE INDEX claims_by_time ON claims (claimed_at);
