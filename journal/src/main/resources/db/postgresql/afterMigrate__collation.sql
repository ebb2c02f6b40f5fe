-- Text is compared by its bytes in every database, whatever language it was made for: pages of lists
-- end where the next begin, and an index does not break when the system's rules of order change.

DO $$
DECLARE
  found RECORD;
BEGIN
  FOR found IN
    SELECT table_name AS name,
           string_agg(format('ALTER COLUMN %I TYPE TEXT COLLATE "C"', column_name), ', ') AS changes
      FROM information_schema.columns
     WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS NULL
       AND table_name <> 'flyway_schema_history'
     GROUP BY table_name
  LOOP
    EXECUTE format('ALTER TABLE %I %s', found.name, found.changes);
  END LOOP;
END
$$;
