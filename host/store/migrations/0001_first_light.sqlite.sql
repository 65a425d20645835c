
CREATE TRIGGER appointment_insert BEFORE INSERT ON appointment WHEN NEW.state <> 'cancelled' BEGIN
  SELECT RAISE(ABORT, 'no_double_booking') FROM appointment
  WHERE calendar_id = NEW.calendar_id AND state <> 'cancelled' AND starts < NEW.ends AND ends > NEW.starts;
END;
CREATE TRIGGER appointment_update BEFORE UPDATE OF calendar_id, starts, ends, state ON appointment WHEN NEW.state <> 'cancelled' BEGIN
  SELECT RAISE(ABORT, 'no_double_booking') FROM appointment
  WHERE id <> NEW.id AND calendar_id = NEW.calendar_id AND state <> 'cancelled' AND starts < NEW.ends AND ends > NEW.starts;
END;
