-- The pools that an admin has put a node in; JSON; null: those that its owner named.

ALTER TABLE nodes ADD COLUMN pools TEXT;
