-- When all that was held against a node was forgotten: what is learned from older attempts is not held against it.

ALTER TABLE nodes ADD COLUMN forgiven_at BIGINT;
