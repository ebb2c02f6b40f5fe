-- Who writes: one row. Every transaction names the epoch and raises written, so that one whose
-- connection broke can be asked for, and a server whose time is over cannot write.

CREATE TABLE leader (
  id INT NOT NULL PRIMARY KEY,
  epoch BIGINT NOT NULL,
  holder TEXT NOT NULL,
  written BIGINT NOT NULL
) WITH (fillfactor = 50);
INSERT INTO leader (id, epoch, holder, written) VALUES (1, 0, '', 0);
