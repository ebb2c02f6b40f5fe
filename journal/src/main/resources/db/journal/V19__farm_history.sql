-- How much of the farm there was and was busy, in milliseconds of slots, and how many attempts ended
-- how, each five minutes; at: when they began.

CREATE TABLE farm_history (
  at BIGINT NOT NULL PRIMARY KEY,
  online BIGINT NOT NULL,
  busy BIGINT NOT NULL,
  done BIGINT NOT NULL,
  failed BIGINT NOT NULL
) ${clustered};

-- What a node did last.
CREATE INDEX attempts_by_node ON attempts (node, ended_at);
