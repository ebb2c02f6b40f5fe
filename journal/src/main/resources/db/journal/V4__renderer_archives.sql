-- Renderers that an admin gave to the farm; nodes fetch and unpack them by themselves.
CREATE TABLE renderer_archives (
  digest TEXT NOT NULL PRIMARY KEY,
  file TEXT NOT NULL,
  renderer TEXT NOT NULL,
  version TEXT NOT NULL,
  features TEXT NOT NULL,
  build TEXT NOT NULL,
  os TEXT NOT NULL,
  processor TEXT NOT NULL,
  size BIGINT NOT NULL,
  unpacked_bytes BIGINT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL
) ${clustered};
