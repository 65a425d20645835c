
-- The most bookings at once are counted where bookings start: at the new one's start and at each start within it.
CREATE TRIGGER booking_insert BEFORE INSERT ON booking WHEN NEW.state IN ('held', 'requested', 'booked') BEGIN
  SELECT RAISE(ABORT, 'space_is_full') FROM space WHERE space.id = NEW.space_id AND EXISTS (
    SELECT 1 FROM (
      SELECT NEW.starts AS at UNION
      SELECT starts FROM booking WHERE space_id = NEW.space_id AND state IN ('held', 'requested', 'booked')
        AND starts > NEW.starts AND starts < NEW.blocked_until
    ) AS probe
    WHERE space.concurrency <= (
      SELECT count(*) FROM booking AS other WHERE other.space_id = NEW.space_id
        AND other.state IN ('held', 'requested', 'booked')
        AND other.starts <= probe.at AND other.starts > probe.at - 2764800000000 AND other.blocked_until > probe.at));
END;
CREATE TRIGGER booking_update BEFORE UPDATE OF space_id, starts, blocked_until, state ON booking
WHEN NEW.state IN ('held', 'requested', 'booked') BEGIN
  SELECT RAISE(ABORT, 'space_is_full') FROM space WHERE space.id = NEW.space_id AND EXISTS (
    SELECT 1 FROM (
      SELECT NEW.starts AS at UNION
      SELECT starts FROM booking WHERE space_id = NEW.space_id AND state IN ('held', 'requested', 'booked')
        AND starts > NEW.starts AND starts < NEW.blocked_until AND id <> NEW.id
    ) AS probe
    WHERE space.concurrency <= (
      SELECT count(*) FROM booking AS other WHERE other.space_id = NEW.space_id
        AND other.state IN ('held', 'requested', 'booked') AND other.id <> NEW.id
        AND other.starts <= probe.at AND other.starts > probe.at - 2764800000000 AND other.blocked_until > probe.at));
END;
CREATE TRIGGER space_concurrency BEFORE UPDATE OF concurrency ON space WHEN NEW.concurrency < OLD.concurrency BEGIN
  SELECT RAISE(ABORT, 'space_is_full') WHERE EXISTS (
    SELECT 1 FROM booking AS probe WHERE probe.space_id = NEW.id AND probe.state IN ('held', 'requested', 'booked')
      AND NEW.concurrency < (
        SELECT count(*) FROM booking AS other WHERE other.space_id = NEW.id
          AND other.state IN ('held', 'requested', 'booked')
          AND other.starts <= probe.starts AND other.starts > probe.starts - 2764800000000
          AND other.blocked_until > probe.starts));
END;
