
-- A calendar may have nobody who holds it, and takes several appointments at once; an appointment may be held for a while.
ALTER TABLE calendar ALTER COLUMN holder_id DROP NOT NULL;
ALTER TABLE calendar ADD COLUMN capacity BIGINT NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 1000);
ALTER TABLE appointment ADD COLUMN held_until BIGINT;
ALTER TABLE appointment DROP CONSTRAINT appointment_state_check;
ALTER TABLE appointment ADD CONSTRAINT appointment_state_check
  CHECK (state IN ('held', 'booked', 'checked-in', 'completed', 'cancelled', 'missed'));
ALTER TABLE appointment ADD CONSTRAINT appointment_held_check CHECK ((state = 'held') = (held_until IS NOT NULL));
CREATE INDEX appointment_held ON appointment (held_until) WHERE state = 'held';

-- The calendar's capacity when the appointment was made, so that the exclusion constraint sees it.
ALTER TABLE appointment ADD COLUMN capacity BIGINT NOT NULL DEFAULT 1;
ALTER TABLE appointment DROP CONSTRAINT no_double_booking;
ALTER TABLE appointment ADD CONSTRAINT no_double_booking
  EXCLUDE USING gist (calendar_id WITH =, int8range(starts, ends) WITH &&) WHERE (state <> 'cancelled' AND capacity = 1);

-- Where several are taken at once, racers write this row first: of two that cannot see each other, one waits or fails.
CREATE TABLE calendar_turn (
  calendar_id UUID PRIMARY KEY REFERENCES calendar (id),
  turn BIGINT NOT NULL
);
CREATE FUNCTION appointment_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'cancelled' OR (TG_OP = 'UPDATE' AND OLD.state <> 'cancelled' AND OLD.calendar_id = NEW.calendar_id
    AND OLD.starts = NEW.starts AND OLD.ends = NEW.ends) THEN
    RETURN NEW;
  END IF;
  NEW.capacity := coalesce((SELECT capacity FROM calendar WHERE id = NEW.calendar_id FOR SHARE), 1);
  IF NEW.capacity > 1 THEN
    INSERT INTO calendar_turn (calendar_id, turn) VALUES (NEW.calendar_id, 1)
      ON CONFLICT (calendar_id) DO UPDATE SET turn = calendar_turn.turn + 1;
  END IF;
  -- As many at once as the calendar takes. Only there where an appointment begins can there be more than before.
  IF EXISTS (
    SELECT 1 FROM (
      SELECT NEW.starts AS at UNION
      SELECT starts FROM appointment WHERE calendar_id = NEW.calendar_id AND state <> 'cancelled' AND id <> NEW.id
        AND starts > NEW.starts AND starts < NEW.ends
    ) AS moment WHERE (
      SELECT count(*) FROM appointment WHERE calendar_id = NEW.calendar_id AND state <> 'cancelled' AND id <> NEW.id
        AND starts <= moment.at AND starts > moment.at - 2678400000000 AND ends > moment.at
    ) >= NEW.capacity
  ) THEN
    RAISE EXCEPTION 'the calendar takes no more at once' USING ERRCODE = 'check_violation', CONSTRAINT = 'calendar_capacity';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER appointment_capacity BEFORE INSERT OR UPDATE OF calendar_id, starts, ends, state ON appointment
  FOR EACH ROW EXECUTE FUNCTION appointment_capacity();
