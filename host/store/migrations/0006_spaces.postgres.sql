
-- Whether the space takes one booking at a time, as the trigger below reads it from the space: nobody else writes it.
ALTER TABLE booking ADD COLUMN alone BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE booking ADD CONSTRAINT space_is_full
  EXCLUDE USING gist (space_id WITH =, int8range(starts, blocked_until) WITH &&)
  WHERE (alone AND state IN ('held', 'requested', 'booked'));

-- Whoever takes one of several places writes here first, so that two never count without seeing each other.
CREATE TABLE space_turn (
  space_id UUID PRIMARY KEY REFERENCES space (id),
  turn BIGINT NOT NULL
);

-- The most bookings at once are counted where bookings start: at the new one's start and at each start within it.
CREATE FUNCTION booking_keeps_concurrency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed BIGINT;
BEGIN
  SELECT concurrency INTO allowed FROM space WHERE id = NEW.space_id FOR SHARE;
  NEW.alone := allowed = 1;
  IF NEW.alone OR NEW.state NOT IN ('held', 'requested', 'booked') THEN
    RETURN NEW;
  END IF;
  INSERT INTO space_turn (space_id, turn) VALUES (NEW.space_id, 1)
    ON CONFLICT (space_id) DO UPDATE SET turn = space_turn.turn + 1;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT NEW.starts AS at UNION
      SELECT starts FROM booking WHERE space_id = NEW.space_id AND state IN ('held', 'requested', 'booked')
        AND starts > NEW.starts AND starts < NEW.blocked_until AND id <> NEW.id
    ) AS probe
    WHERE allowed <= (
      SELECT count(*) FROM booking AS other WHERE other.space_id = NEW.space_id
        AND other.state IN ('held', 'requested', 'booked') AND other.id <> NEW.id
        AND other.starts <= probe.at AND other.starts > probe.at - 2764800000000 AND other.blocked_until > probe.at)
  ) THEN
    RAISE EXCEPTION 'the space is full' USING ERRCODE = 'check_violation', CONSTRAINT = 'space_is_full';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER booking_concurrency BEFORE INSERT OR UPDATE OF space_id, starts, blocked_until, state, alone ON booking
  FOR EACH ROW EXECUTE FUNCTION booking_keeps_concurrency();

CREATE FUNCTION space_keeps_concurrency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO space_turn (space_id, turn) VALUES (NEW.id, 1)
    ON CONFLICT (space_id) DO UPDATE SET turn = space_turn.turn + 1;
  IF EXISTS (
    SELECT 1 FROM booking AS probe WHERE probe.space_id = NEW.id AND probe.state IN ('held', 'requested', 'booked')
      AND NEW.concurrency < (
        SELECT count(*) FROM booking AS other WHERE other.space_id = NEW.id
          AND other.state IN ('held', 'requested', 'booked')
          AND other.starts <= probe.starts AND other.starts > probe.starts - 2764800000000
          AND other.blocked_until > probe.starts)
  ) THEN
    RAISE EXCEPTION 'the space is booked more often at once' USING ERRCODE = 'check_violation', CONSTRAINT = 'space_is_full';
  END IF;
  -- The trigger of bookings fills in what it reads.
  UPDATE booking SET alone = true WHERE space_id = NEW.id AND state IN ('held', 'requested', 'booked')
    AND alone <> (NEW.concurrency = 1);
  RETURN NULL;
END $$;
CREATE TRIGGER space_concurrency AFTER UPDATE OF concurrency ON space
  FOR EACH ROW WHEN (NEW.concurrency <> OLD.concurrency) EXECUTE FUNCTION space_keeps_concurrency();
