SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE FUNCTION public.appointment_capacity() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.booking_keeps_concurrency() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.check_case_conflict(checked uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM case_file JOIN case_party ON case_party.case_id = case_file.id
    WHERE case_file.id = checked AND case_party.role = 'respondent' AND case_party.removed IS NULL AND (
      case_party.organisation_id = case_file.organisation_id
      OR case_party.person_id = case_file.assignee_id
      OR (case_party.community_office AND case_file.office = 'community')
      OR EXISTS (SELECT 1 FROM role WHERE role.person_id = case_file.assignee_id AND role.revoked IS NULL
      AND (role.expires IS NULL OR role.expires > case_file.changed)
        AND role.organisation_id = case_party.organisation_id))
  ) THEN
    PERFORM refuse_case('case_handled_by_its_respondent');
  END IF;
END $$;
CREATE FUNCTION public.check_case_file() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.parent_id IS NOT NULL AND EXISTS (SELECT 1 FROM case_file
      WHERE id = NEW.parent_id AND (NOT live OR depth + 1 <> NEW.depth OR community_id <> NEW.community_id)) THEN
      PERFORM refuse_case('case_under_an_ended_parent');
    END IF;
    RETURN NULL;
  END IF;
  IF NEW.office <> OLD.office OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id
    OR NEW.assignee_id IS DISTINCT FROM OLD.assignee_id THEN
    PERFORM check_case_conflict(NEW.id);
  END IF;
  IF NEW.state <> OLD.state AND NEW.state IN ('closed', 'cancelled') AND EXISTS (SELECT 1 FROM case_file
    WHERE live AND (parent_id = NEW.id OR parent_id IN (SELECT id FROM case_file WHERE merged_into = NEW.id))) THEN
    PERFORM refuse_case('case_with_open_sub_cases');
  END IF;
  IF NEW.live AND NOT OLD.live AND NEW.parent_id IS NOT NULL AND EXISTS (SELECT 1 FROM case_file
    WHERE id = NEW.parent_id AND state IN ('closed', 'cancelled')) THEN
    PERFORM refuse_case('case_under_an_ended_parent');
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.check_case_party() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.role = 'respondent' AND NEW.removed IS NULL THEN
    PERFORM check_case_conflict(NEW.case_id);
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.course_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO course_load (course_id, taken) VALUES (NEW.id, 0);
  RETURN NULL;
END $$;
CREATE FUNCTION public.course_places() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE course_load SET taken = taken WHERE course_id = NEW.id;
  IF EXISTS (
    SELECT 1 FROM weekday_bit, (
      SELECT DISTINCT from_day AS day FROM enrolment WHERE course_id = NEW.id AND state IN ('offered', 'enrolled')
    ) AS moment WHERE (
      SELECT count(*) FROM enrolment WHERE course_id = NEW.id AND state IN ('offered', 'enrolled')
        AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
    ) > least(NEW.capacity, NEW.ratio * NEW.staff)
  ) THEN
    RAISE EXCEPTION 'more places are taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'course_places';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION public.course_staff_count() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE course SET staff = staff - 1 WHERE id = OLD.course_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    UPDATE course SET staff = staff + 1 WHERE id = NEW.course_id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.enrolment_places() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  took BOOLEAN := TG_OP <> 'INSERT' AND OLD.state IN ('offered', 'enrolled');
  takes BOOLEAN := TG_OP <> 'DELETE' AND NEW.state IN ('offered', 'enrolled');
BEGIN
  IF took THEN
    UPDATE course_load SET taken = taken - 1 WHERE course_id = OLD.course_id;
  END IF;
  IF takes THEN
    UPDATE course_load SET taken = taken + 1 WHERE course_id = NEW.course_id;
    IF EXISTS (
      SELECT 1 FROM weekday_bit, (
        SELECT NEW.from_day AS day UNION
        SELECT from_day FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled') AND id <> NEW.id
          AND from_day > NEW.from_day AND from_day < NEW.to_day
      ) AS moment WHERE NEW.weekdays & bit <> 0 AND (
        SELECT count(*) FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled') AND id <> NEW.id
          AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
      ) >= (SELECT least(capacity, ratio * staff) FROM course WHERE id = NEW.course_id)
    ) THEN
      RAISE EXCEPTION 'the course has no place' USING ERRCODE = 'check_violation', CONSTRAINT = 'course_places';
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION public.refuse_case(rule text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '%', rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;
CREATE FUNCTION public.session_ratio() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  session UUID;
  there BIGINT;
BEGIN
  IF TG_TABLE_NAME = 'attendance' THEN
    IF NEW.checked_in IS NULL OR NEW.checked_out IS NOT NULL THEN
      RETURN NULL;
    END IF;
    session := NEW.session_id;
  ELSE
    session := OLD.session_id;
  END IF;
  UPDATE course_session SET note = note WHERE id = session;
  SELECT count(*) INTO there FROM attendance
    WHERE session_id = session AND checked_in IS NOT NULL AND checked_out IS NULL;
  IF there > (
    SELECT course.ratio * (SELECT count(*) FROM session_staff WHERE session_id = session)
    FROM course_session JOIN course ON course.id = course_session.course_id WHERE course_session.id = session
  ) THEN
    RAISE EXCEPTION 'the staff of the session can look after no more' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'session_ratio';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.space_keeps_concurrency() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
CREATE TABLE public.account (
    person_id uuid NOT NULL,
    login text NOT NULL,
    password_hash text NOT NULL,
    locale text NOT NULL,
    created bigint NOT NULL,
    closed bigint
);
CREATE TABLE public.answer (
    installation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    key text NOT NULL,
    data jsonb NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.appointment (
    id uuid NOT NULL,
    calendar_id uuid NOT NULL,
    installation_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    service text NOT NULL,
    title jsonb NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    state text NOT NULL,
    checked_in bigint,
    checked_out bigint,
    sequence bigint NOT NULL,
    own boolean NOT NULL,
    held_until bigint,
    capacity bigint DEFAULT 1 NOT NULL,
    CONSTRAINT appointment_check CHECK (((starts < ends) AND ((ends - starts) <= '2678400000000'::bigint))),
    CONSTRAINT appointment_held_check CHECK (((state = 'held'::text) = (held_until IS NOT NULL))),
    CONSTRAINT appointment_state_check CHECK ((state = ANY (ARRAY['held'::text, 'booked'::text, 'checked-in'::text, 'completed'::text, 'cancelled'::text, 'missed'::text])))
);
CREATE TABLE public.appointment_change (
    id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    at bigint NOT NULL,
    actor_id uuid,
    change text NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    calendar_id uuid NOT NULL,
    note text NOT NULL
);
CREATE TABLE public.appointment_waiting (
    id uuid NOT NULL,
    installation_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    community_id uuid NOT NULL,
    role text NOT NULL,
    calendar_id uuid,
    service text NOT NULL,
    title jsonb NOT NULL,
    day text NOT NULL,
    rules jsonb NOT NULL,
    own boolean NOT NULL,
    joined bigint NOT NULL,
    state text NOT NULL,
    appointment_id uuid,
    CONSTRAINT appointment_waiting_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'served'::text, 'left'::text, 'lapsed'::text])))
);
CREATE TABLE public.attendance (
    session_id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    status text NOT NULL,
    checked_in bigint,
    checked_out bigint,
    picked_up_by text NOT NULL,
    note text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by uuid,
    CONSTRAINT attendance_check CHECK (((checked_in IS NULL) OR (status = ANY (ARRAY['present'::text, 'late'::text])))),
    CONSTRAINT attendance_check1 CHECK (((checked_out IS NULL) OR (checked_in <= checked_out))),
    CONSTRAINT attendance_status_check CHECK ((status = ANY (ARRAY['present'::text, 'late'::text, 'absent'::text, 'excused'::text])))
);
CREATE TABLE public.audit (
    id uuid NOT NULL,
    at bigint NOT NULL,
    actor_id uuid,
    subject_id uuid,
    action text NOT NULL,
    object text NOT NULL,
    detail jsonb NOT NULL,
    salt bytea,
    linked boolean DEFAULT false NOT NULL
);
CREATE TABLE public.audit_head (
    id bigint NOT NULL,
    sequence bigint NOT NULL,
    link bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT audit_head_id_check CHECK ((id = 1))
);
CREATE TABLE public.audit_link (
    sequence bigint NOT NULL,
    audit_id uuid NOT NULL,
    commitment bytea NOT NULL,
    link bytea NOT NULL,
    CONSTRAINT audit_link_sequence_check CHECK ((sequence > 0))
);
CREATE TABLE public.birthday_run (
    day text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.blackout (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    reason text NOT NULL,
    made bigint NOT NULL,
    lifted bigint
);
CREATE TABLE public.blackout_conflict (
    blackout_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    starts bigint NOT NULL,
    state text NOT NULL,
    settled bigint,
    settled_by uuid,
    CONSTRAINT blackout_conflict_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'kept'::text, 'moved'::text, 'cancelled'::text])))
);
CREATE TABLE public.blackout_range (
    blackout_id uuid NOT NULL,
    space_id uuid NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    CONSTRAINT blackout_range_check CHECK ((starts < ends))
);
CREATE TABLE public.booking (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    resident_id uuid,
    organisation_id uuid,
    series_id uuid,
    title text NOT NULL,
    persons bigint NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    blocked_until bigint NOT NULL,
    state text NOT NULL,
    expires bigint,
    sequence bigint NOT NULL,
    made bigint NOT NULL,
    changed bigint NOT NULL,
    alone boolean DEFAULT true NOT NULL,
    CONSTRAINT booking_check CHECK (((starts < ends) AND ((ends - starts) <= '2678400000000'::bigint))),
    CONSTRAINT booking_check1 CHECK (((blocked_until >= ends) AND ((blocked_until - ends) <= '86400000000'::bigint))),
    CONSTRAINT booking_check2 CHECK (((state <> 'held'::text) OR (expires IS NOT NULL))),
    CONSTRAINT booking_check3 CHECK (((resident_id IS NULL) OR (organisation_id IS NULL))),
    CONSTRAINT booking_persons_check CHECK ((persons > 0)),
    CONSTRAINT booking_state_check CHECK ((state = ANY (ARRAY['held'::text, 'requested'::text, 'booked'::text, 'cancelled'::text, 'rejected'::text, 'expired'::text, 'completed'::text])))
);
CREATE TABLE public.booking_change (
    booking_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at bigint NOT NULL,
    actor_id uuid,
    change text NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    note text NOT NULL
);
CREATE TABLE public.booking_series (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    resident_id uuid,
    organisation_id uuid,
    hours jsonb NOT NULL,
    made bigint NOT NULL
);
CREATE TABLE public.building (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    name text NOT NULL,
    grid_id uuid
);
CREATE TABLE public.calendar (
    id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    community_id uuid NOT NULL,
    holder_id uuid,
    role text NOT NULL,
    title text NOT NULL,
    capacity bigint DEFAULT 1 NOT NULL,
    CONSTRAINT calendar_capacity_check CHECK (((capacity >= 1) AND (capacity <= 1000)))
);
CREATE TABLE public.calendar_day (
    calendar_id uuid NOT NULL,
    day text NOT NULL,
    minutes jsonb NOT NULL,
    note text NOT NULL
);
CREATE TABLE public.calendar_turn (
    calendar_id uuid NOT NULL,
    turn bigint NOT NULL
);
CREATE TABLE public.case_comment (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    resident_id uuid,
    author_id uuid,
    author_office text NOT NULL,
    at bigint NOT NULL,
    retracted bigint,
    retracted_by uuid,
    CONSTRAINT case_comment_kind_check CHECK ((kind = ANY (ARRAY['internal'::text, 'resident'::text, 'public'::text])))
);
CREATE TABLE public.case_counter (
    community_id uuid NOT NULL,
    year bigint NOT NULL,
    last bigint NOT NULL
);
CREATE TABLE public.case_details (
    case_id uuid NOT NULL,
    answers jsonb NOT NULL
);
CREATE TABLE public.case_event (
    case_id uuid NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    actor_id uuid,
    actor_office text NOT NULL,
    event text NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    office text NOT NULL,
    organisation_id uuid,
    assignee_id uuid
);
CREATE TABLE public.case_file (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    year bigint NOT NULL,
    number bigint NOT NULL,
    type_id uuid NOT NULL,
    installation_id uuid,
    parent_id uuid,
    depth bigint NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    category text NOT NULL,
    priority text NOT NULL,
    space_id uuid,
    building_id uuid,
    place text NOT NULL,
    channel text NOT NULL,
    opened bigint NOT NULL,
    opened_by uuid,
    opened_for uuid,
    confidential boolean NOT NULL,
    state text NOT NULL,
    live boolean NOT NULL,
    office text NOT NULL,
    organisation_id uuid,
    assignee_id uuid,
    level text NOT NULL,
    response_due bigint,
    resolution_due bigint,
    response_left bigint,
    resolution_left bigint,
    responded bigint,
    response_escalated boolean NOT NULL,
    resolution_escalated boolean NOT NULL,
    waiting_since bigint,
    waiting_until bigint,
    waiting_reason text,
    waited_minutes bigint NOT NULL,
    resolved bigint,
    ended bigint,
    round bigint NOT NULL,
    merged_into uuid,
    merged_from text,
    merged bigint,
    comments bigint NOT NULL,
    next_due bigint NOT NULL,
    wake bigint,
    changed bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT case_file_check CHECK ((((depth >= 1) AND (depth <= 3)) AND ((depth = 1) = (parent_id IS NULL)))),
    CONSTRAINT case_file_check1 CHECK ((live = (state <> ALL (ARRAY['closed'::text, 'cancelled'::text, 'merged'::text])))),
    CONSTRAINT case_file_check2 CHECK (((office = 'organisation'::text) = (organisation_id IS NOT NULL))),
    CONSTRAINT case_file_check3 CHECK (((state = 'waiting'::text) <= ((waiting_reason IS NOT NULL) AND (waiting_until IS NOT NULL)))),
    CONSTRAINT case_file_check4 CHECK ((((state = 'merged'::text) = (merged_into IS NOT NULL)) AND (merged_into <> id))),
    CONSTRAINT case_file_level_check CHECK ((level = ANY (ARRAY['party'::text, 'community'::text, 'district'::text]))),
    CONSTRAINT case_file_number_check CHECK ((number > 0)),
    CONSTRAINT case_file_office_check CHECK ((office = ANY (ARRAY['organisation'::text, 'community'::text, 'district'::text]))),
    CONSTRAINT case_file_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT case_file_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'in-progress'::text, 'waiting'::text, 'resolved'::text, 'closed'::text, 'reopened'::text, 'cancelled'::text, 'merged'::text])))
);
CREATE TABLE public.case_handover (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    community_id uuid NOT NULL,
    office text NOT NULL,
    organisation_id uuid,
    reason text NOT NULL,
    asked bigint NOT NULL,
    asked_by uuid,
    expires bigint NOT NULL,
    state text NOT NULL,
    decided bigint,
    decided_by uuid,
    answer text NOT NULL,
    CONSTRAINT case_handover_check CHECK (((office = 'organisation'::text) = (organisation_id IS NOT NULL))),
    CONSTRAINT case_handover_office_check CHECK ((office = ANY (ARRAY['organisation'::text, 'community'::text, 'district'::text]))),
    CONSTRAINT case_handover_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text])))
);
CREATE TABLE public.case_party (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    role text NOT NULL,
    person_id uuid,
    organisation_id uuid,
    community_office boolean NOT NULL,
    name bytea,
    contact bytea,
    added bigint NOT NULL,
    added_by uuid,
    removed bigint,
    removed_by uuid,
    brought_by uuid,
    CONSTRAINT case_party_check CHECK (((((
CASE
    WHEN (person_id IS NULL) THEN 0
    ELSE 1
END +
CASE
    WHEN (organisation_id IS NULL) THEN 0
    ELSE 1
END) +
CASE
    WHEN community_office THEN 1
    ELSE 0
END) +
CASE
    WHEN (name IS NULL) THEN 0
    ELSE 1
END) = 1)),
    CONSTRAINT case_party_role_check CHECK ((role = ANY (ARRAY['reporter'::text, 'subject'::text, 'respondent'::text, 'opposing-party'::text, 'witness'::text, 'helper'::text])))
);
CREATE TABLE public.case_rating (
    case_id uuid NOT NULL,
    round bigint NOT NULL,
    person_id uuid NOT NULL,
    stars bigint NOT NULL,
    text text NOT NULL,
    at bigint NOT NULL,
    rated_by uuid,
    CONSTRAINT case_rating_stars_check CHECK (((stars >= 1) AND (stars <= 5)))
);
CREATE TABLE public.case_type (
    id uuid NOT NULL,
    community_id uuid,
    installation_id uuid,
    code text NOT NULL,
    title jsonb NOT NULL,
    response_minutes bigint NOT NULL,
    resolution_minutes bigint NOT NULL,
    confidential boolean NOT NULL,
    changed bigint NOT NULL,
    retired bigint,
    CONSTRAINT case_type_check CHECK ((resolution_minutes >= response_minutes)),
    CONSTRAINT case_type_check1 CHECK (((community_id IS NULL) OR (installation_id IS NULL))),
    CONSTRAINT case_type_response_minutes_check CHECK ((response_minutes > 0))
);
CREATE TABLE public.community (
    id uuid NOT NULL,
    slug text NOT NULL,
    name jsonb NOT NULL,
    subdistrict_id uuid
);
CREATE TABLE public.component (
    digest text NOT NULL,
    bytes bytea NOT NULL
);
CREATE TABLE public.consent (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    plugin text NOT NULL,
    field text NOT NULL,
    purpose jsonb NOT NULL,
    granted bigint NOT NULL,
    granted_by uuid NOT NULL,
    expires bigint NOT NULL,
    withdrawn bigint,
    withdrawn_by uuid,
    separate boolean DEFAULT false NOT NULL,
    for_child boolean DEFAULT false NOT NULL
);
CREATE TABLE public.contact (
    person_id uuid NOT NULL,
    email bytea,
    email_confirmed bigint,
    channels jsonb NOT NULL,
    changed bigint NOT NULL,
    CONSTRAINT contact_check CHECK (((email IS NOT NULL) OR (email_confirmed IS NULL)))
);
CREATE TABLE public.correction (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    community_id uuid,
    field text NOT NULL,
    previous bytea,
    wanted bytea NOT NULL,
    reason text NOT NULL,
    requested bigint NOT NULL,
    requested_by uuid NOT NULL,
    state text NOT NULL,
    decided bigint,
    decided_by uuid,
    note text NOT NULL,
    CONSTRAINT correction_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'rejected'::text]))),
    CONSTRAINT decided_once CHECK (((state = 'waiting'::text) = (decided IS NULL)))
);
CREATE TABLE public.counter_session (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    community_id uuid NOT NULL,
    evidence text NOT NULL,
    begun bigint NOT NULL,
    expires bigint NOT NULL,
    ended bigint,
    CONSTRAINT counter_session_check CHECK ((staff_id <> resident_id)),
    CONSTRAINT counter_session_check1 CHECK (((begun < expires) AND ((expires - begun) <= 1800000000))),
    CONSTRAINT counter_session_evidence_check CHECK ((evidence <> ''::text))
);
CREATE TABLE public.course (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    organisation_id uuid,
    installation_id uuid,
    kind text NOT NULL,
    title jsonb NOT NULL,
    capacity bigint NOT NULL,
    ratio bigint,
    staff bigint DEFAULT 0 NOT NULL,
    least_months bigint,
    most_months bigint,
    hours jsonb NOT NULL,
    from_day text NOT NULL,
    to_day text NOT NULL,
    rule jsonb NOT NULL,
    offer_hours bigint NOT NULL,
    opens bigint,
    closes bigint,
    closed boolean NOT NULL,
    CONSTRAINT course_capacity_check CHECK (((capacity >= 1) AND (capacity <= 10000))),
    CONSTRAINT course_check CHECK ((from_day < to_day)),
    CONSTRAINT course_kind_check CHECK ((kind = ANY (ARRAY['sessions'::text, 'standing'::text]))),
    CONSTRAINT course_offer_hours_check CHECK (((offer_hours >= 1) AND (offer_hours <= 336))),
    CONSTRAINT course_ratio_check CHECK (((ratio >= 1) AND (ratio <= 1000)))
);
CREATE TABLE public.course_load (
    course_id uuid NOT NULL,
    taken bigint NOT NULL
);
CREATE TABLE public.course_session (
    id uuid NOT NULL,
    course_id uuid NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    cancelled boolean NOT NULL,
    note text NOT NULL,
    CONSTRAINT course_session_check CHECK ((starts < ends))
);
CREATE TABLE public.course_staff (
    course_id uuid NOT NULL,
    person_id uuid NOT NULL
);
CREATE TABLE public.delegation (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    delegate_id uuid NOT NULL,
    kind text NOT NULL,
    evidence text NOT NULL,
    granted bigint NOT NULL,
    expires bigint,
    revoked bigint,
    minor boolean DEFAULT false NOT NULL,
    all_services boolean DEFAULT true NOT NULL,
    services jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT delegation_check CHECK ((resident_id <> delegate_id)),
    CONSTRAINT delegation_kind_check CHECK ((kind = ANY (ARRAY['delegate'::text, 'guardian'::text])))
);
CREATE TABLE public.delivery (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    notice_id uuid,
    channel text NOT NULL,
    community_id uuid,
    state text NOT NULL,
    attempts bigint NOT NULL,
    next_try bigint NOT NULL,
    claimed_by uuid,
    problem text NOT NULL,
    created bigint NOT NULL,
    ended bigint,
    CONSTRAINT delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT delivery_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'sms'::text, 'voice'::text, 'letter'::text]))),
    CONSTRAINT delivery_check CHECK (((ended IS NULL) = (state = ANY (ARRAY['waiting'::text, 'printing'::text])))),
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'printing'::text, 'sent'::text, 'skipped'::text, 'cancelled'::text, 'dead'::text, 'dropped'::text])))
);
CREATE TABLE public.disclosure (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    installation_id uuid NOT NULL,
    actor_id uuid,
    fields jsonb NOT NULL,
    purposes jsonb NOT NULL,
    basis text NOT NULL,
    shown boolean NOT NULL,
    invocation_id uuid NOT NULL,
    at bigint NOT NULL,
    ground jsonb
);
CREATE TABLE public.district (
    id bigint NOT NULL,
    name jsonb NOT NULL,
    zone text NOT NULL,
    demo boolean NOT NULL,
    CONSTRAINT district_id_check CHECK ((id = 1))
);
CREATE TABLE public.duty (
    id uuid NOT NULL,
    plugin text NOT NULL,
    community_id uuid,
    fields jsonb NOT NULL,
    law jsonb NOT NULL,
    article jsonb NOT NULL,
    proposed bigint NOT NULL,
    proposed_by uuid NOT NULL,
    confirmed bigint,
    confirmed_by uuid,
    expires bigint NOT NULL,
    ended bigint,
    ended_by uuid,
    CONSTRAINT at_most_a_year CHECK (((expires > proposed) AND ((expires - proposed) <= '31622400000000'::bigint))),
    CONSTRAINT confirmed_by_somebody CHECK (((confirmed IS NULL) = (confirmed_by IS NULL))),
    CONSTRAINT two_admins CHECK ((confirmed_by <> proposed_by))
);
CREATE TABLE public.emergency (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    installation_id uuid NOT NULL,
    declared_by uuid NOT NULL,
    reason text NOT NULL,
    declared bigint NOT NULL,
    closes bigint NOT NULL,
    reviewed bigint,
    reviewed_by uuid,
    justified boolean,
    note text,
    CONSTRAINT at_most_a_day CHECK (((closes > declared) AND ((closes - declared) <= '86400000000'::bigint))),
    CONSTRAINT reviewed_by_another CHECK ((reviewed_by <> declared_by)),
    CONSTRAINT reviewed_whole CHECK ((((reviewed IS NULL) = (reviewed_by IS NULL)) AND ((reviewed IS NULL) = (justified IS NULL))))
);
CREATE TABLE public.enrolment (
    id uuid NOT NULL,
    course_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    state text NOT NULL,
    from_day text NOT NULL,
    to_day text NOT NULL,
    weekdays bigint NOT NULL,
    rank bigint NOT NULL,
    joined bigint NOT NULL,
    offer_until bigint,
    enrolled bigint,
    own boolean NOT NULL,
    CONSTRAINT enrolment_check CHECK ((from_day < to_day)),
    CONSTRAINT enrolment_check1 CHECK (((state = 'offered'::text) = (offer_until IS NOT NULL))),
    CONSTRAINT enrolment_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'enrolled'::text, 'completed'::text, 'cancelled'::text, 'transferred'::text, 'lapsed'::text]))),
    CONSTRAINT enrolment_weekdays_check CHECK (((weekdays >= 1) AND (weekdays <= 127)))
);
CREATE TABLE public.enrolment_change (
    id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    at bigint NOT NULL,
    actor_id uuid,
    change text NOT NULL,
    note text NOT NULL
);
CREATE TABLE public.erasure (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    reason text NOT NULL,
    requested bigint NOT NULL,
    requested_by uuid,
    state text NOT NULL,
    decided bigint,
    decided_by uuid,
    note text NOT NULL,
    report jsonb NOT NULL,
    CONSTRAINT erasure_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'executing'::text, 'executed'::text, 'refused'::text])))
);
CREATE TABLE public.failure (
    id uuid NOT NULL,
    installation_id uuid NOT NULL,
    invocation_id uuid NOT NULL,
    reason text NOT NULL,
    report jsonb NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.feed (
    id uuid NOT NULL,
    person_id uuid,
    space_id uuid,
    token_hash bytea NOT NULL,
    made bigint NOT NULL,
    revoked bigint,
    CONSTRAINT feed_check CHECK (((person_id IS NULL) <> (space_id IS NULL)))
);
CREATE TABLE public.grid (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    name text NOT NULL
);
CREATE TABLE public.hold (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    reason text NOT NULL,
    article text NOT NULL,
    placed bigint NOT NULL,
    placed_by uuid,
    lifted bigint,
    lifted_by uuid
);
CREATE TABLE public.host_key (
    kind text NOT NULL,
    version bigint NOT NULL,
    proof bytea NOT NULL,
    sealing boolean NOT NULL,
    CONSTRAINT host_key_kind_check CHECK ((kind = ANY (ARRAY['reference'::text, 'lookup'::text, 'seal'::text]))),
    CONSTRAINT host_key_version_check CHECK ((version > 0))
);
CREATE TABLE public.household (
    id uuid NOT NULL,
    building_id uuid NOT NULL,
    unit text NOT NULL,
    number bigint DEFAULT 1 NOT NULL,
    CONSTRAINT household_number_check CHECK ((number > 0))
);
CREATE TABLE public.installation (
    id uuid NOT NULL,
    plugin text NOT NULL,
    community_id uuid NOT NULL,
    release_id uuid NOT NULL,
    permissions jsonb NOT NULL,
    settings jsonb NOT NULL,
    enabled boolean NOT NULL,
    changed bigint NOT NULL
);
CREATE TABLE public.login_failure (
    id uuid NOT NULL,
    subject text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.need (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    code text NOT NULL,
    note bytea NOT NULL,
    recorded bigint NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    source text DEFAULT 'staff'::text NOT NULL,
    plugin text,
    review text DEFAULT '1970-01-01'::text NOT NULL,
    objection bytea,
    changed_by uuid,
    CONSTRAINT need_check CHECK (((plugin IS NOT NULL) = (source = 'plugin'::text))),
    CONSTRAINT need_source_check CHECK ((source = ANY (ARRAY['resident'::text, 'staff'::text, 'plugin'::text, 'import'::text]))),
    CONSTRAINT need_state_check CHECK ((state = ANY (ARRAY['open'::text, 'met'::text, 'withdrawn'::text]))),
    CONSTRAINT need_version_check CHECK ((version > 0))
);
CREATE TABLE public.need_version (
    id uuid NOT NULL,
    need_id uuid NOT NULL,
    version bigint NOT NULL,
    code text NOT NULL,
    note bytea NOT NULL,
    state text NOT NULL,
    source text NOT NULL,
    plugin text,
    review text NOT NULL,
    objection bytea,
    recorded bigint NOT NULL,
    changed_by uuid
);
CREATE TABLE public.notice (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    installation_id uuid,
    subject_id uuid,
    title jsonb NOT NULL,
    body jsonb NOT NULL,
    urgency text NOT NULL,
    path text,
    created bigint NOT NULL,
    read bigint,
    acknowledged bigint,
    step text DEFAULT 'done'::text NOT NULL,
    escalate_at bigint,
    origin_id uuid,
    CONSTRAINT notice_check CHECK (((escalate_at IS NULL) = (step = 'done'::text))),
    CONSTRAINT notice_step_check CHECK ((step = ANY (ARRAY['channels'::text, 'delegates'::text, 'staff'::text, 'done'::text])))
);
CREATE TABLE public.organisation (
    id uuid NOT NULL,
    slug text NOT NULL,
    name jsonb NOT NULL,
    created bigint NOT NULL
);
CREATE TABLE public.pending_form (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    data jsonb NOT NULL,
    created bigint NOT NULL
);
CREATE TABLE public.person (
    id uuid NOT NULL,
    name text NOT NULL,
    birth_date text,
    sex text,
    phone bytea,
    phone_fingerprint bytea,
    identity_number bytea,
    identity_fingerprint bytea,
    care_level text,
    household_id uuid,
    community_id uuid,
    died text,
    residence text,
    relation text,
    registered_place text,
    registered_household_id uuid,
    erased bigint,
    CONSTRAINT person_check CHECK (((relation IS NULL) OR (household_id IS NOT NULL))),
    CONSTRAINT person_sex_check CHECK ((sex = ANY (ARRAY['female'::text, 'male'::text])))
);
CREATE TABLE public.plugin_log (
    id uuid NOT NULL,
    installation_id uuid NOT NULL,
    invocation_id uuid NOT NULL,
    level text NOT NULL,
    line text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.publisher_key (
    id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    key_id text NOT NULL,
    public_key text NOT NULL,
    added bigint NOT NULL,
    revoked bigint
);
CREATE TABLE public.record (
    installation_id uuid NOT NULL,
    collection text NOT NULL,
    key text NOT NULL,
    document jsonb NOT NULL,
    version bigint NOT NULL,
    subject_id uuid,
    updated bigint NOT NULL
);
CREATE TABLE public.release (
    id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    plugin text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    key_id text NOT NULL,
    manifest jsonb NOT NULL,
    permissions jsonb NOT NULL,
    size bigint NOT NULL,
    state text NOT NULL,
    uploaded bigint NOT NULL,
    uploaded_by uuid,
    reviewed bigint,
    reviewed_by uuid,
    review_note text NOT NULL,
    CONSTRAINT release_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'approved'::text, 'rejected'::text])))
);
CREATE TABLE public.restriction (
    resident_id uuid NOT NULL,
    plugin text NOT NULL,
    since bigint NOT NULL,
    cause text NOT NULL,
    CONSTRAINT restriction_cause_check CHECK ((cause = ANY (ARRAY['withdrawal'::text, 'objection'::text])))
);
CREATE TABLE public.role (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    code text NOT NULL,
    organisation_id uuid,
    community_id uuid,
    granted bigint NOT NULL,
    revoked bigint,
    expires bigint
);
CREATE TABLE public.roll (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    sealing bigint NOT NULL,
    begun bigint NOT NULL,
    done bigint
);
CREATE TABLE public.roll_building (
    roll_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL
);
CREATE TABLE public.roll_household (
    roll_id uuid NOT NULL,
    id uuid NOT NULL,
    building_id uuid NOT NULL,
    unit text NOT NULL
);
CREATE TABLE public.roll_need (
    roll_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    code text NOT NULL,
    id uuid NOT NULL,
    note bytea NOT NULL
);
CREATE TABLE public.roll_row (
    roll_id uuid NOT NULL,
    person_id uuid NOT NULL,
    is_new boolean NOT NULL,
    name text NOT NULL,
    birth_date text NOT NULL,
    sex text NOT NULL,
    phone bytea,
    phone_fingerprint bytea,
    identity_number bytea NOT NULL,
    identity_fingerprint bytea NOT NULL,
    household_id uuid,
    relation text,
    residence text,
    registered_place text,
    stay_id uuid NOT NULL
);
CREATE TABLE public.roll_segment (
    roll_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    code text NOT NULL,
    id uuid NOT NULL
);
CREATE TABLE public.segment (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    code text NOT NULL,
    source text NOT NULL,
    note text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by uuid,
    review text,
    ended bigint,
    CONSTRAINT segment_source_check CHECK ((source = ANY (ARRAY['staff'::text, 'import'::text])))
);
CREATE TABLE public.session (
    id text NOT NULL,
    person_id uuid,
    data jsonb NOT NULL,
    expires bigint NOT NULL
);
CREATE TABLE public.session_staff (
    session_id uuid NOT NULL,
    person_id uuid NOT NULL
);
CREATE TABLE public.space (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    name jsonb NOT NULL,
    capacity bigint NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    kind text DEFAULT 'room'::text NOT NULL,
    equipment jsonb DEFAULT '[]'::jsonb NOT NULL,
    concurrency bigint DEFAULT 1 NOT NULL,
    rules jsonb DEFAULT '{}'::jsonb NOT NULL,
    closed bigint,
    CONSTRAINT space_capacity_check CHECK ((capacity > 0)),
    CONSTRAINT space_concurrency_check CHECK (((concurrency >= 1) AND (concurrency <= 1000)))
);
CREATE TABLE public.space_exception (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    day text NOT NULL,
    from_minute bigint,
    to_minute bigint,
    CONSTRAINT space_exception_check CHECK (((from_minute IS NULL) = (to_minute IS NULL))),
    CONSTRAINT space_exception_check1 CHECK (((from_minute IS NULL) OR ((from_minute >= 0) AND (from_minute < 1440) AND (from_minute < to_minute) AND (to_minute <= 2880))))
);
CREATE TABLE public.space_hours (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    hours jsonb NOT NULL
);
CREATE TABLE public.space_turn (
    space_id uuid NOT NULL,
    turn bigint NOT NULL
);
CREATE TABLE public.special_day (
    day text NOT NULL,
    kind text NOT NULL,
    stands_for bigint,
    name jsonb NOT NULL,
    CONSTRAINT special_day_check CHECK (((kind = 'working-day'::text) = (stands_for IS NOT NULL))),
    CONSTRAINT special_day_kind_check CHECK ((kind = ANY (ARRAY['holiday'::text, 'working-day'::text]))),
    CONSTRAINT special_day_stands_for_check CHECK (((stands_for >= 1) AND (stands_for <= 7)))
);
CREATE TABLE public.stay (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    community_id uuid NOT NULL,
    household_id uuid,
    since bigint NOT NULL,
    until bigint,
    reason text NOT NULL,
    CONSTRAINT stay_check CHECK (((until IS NULL) OR (since <= until)))
);
CREATE TABLE public.subdistrict (
    id uuid NOT NULL,
    slug text NOT NULL,
    name jsonb NOT NULL
);
CREATE TABLE public.timer (
    installation_id uuid NOT NULL,
    key text NOT NULL,
    due bigint NOT NULL,
    payload text NOT NULL,
    attempts bigint NOT NULL,
    next_try bigint NOT NULL,
    failed boolean NOT NULL
);
CREATE TABLE public.topic_cursor (
    subscriber_id uuid NOT NULL,
    name text NOT NULL,
    community_id uuid NOT NULL,
    "position" bigint NOT NULL,
    attempts bigint NOT NULL,
    next_try bigint NOT NULL,
    claimed_by uuid
);
CREATE TABLE public.topic_message (
    id uuid NOT NULL,
    name text NOT NULL,
    community_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    at bigint NOT NULL,
    "position" bigint
);
CREATE TABLE public.waiting (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    resident_id uuid,
    organisation_id uuid,
    title text NOT NULL,
    persons bigint NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    ask boolean NOT NULL,
    state text NOT NULL,
    joined bigint NOT NULL,
    booking_id uuid,
    CONSTRAINT waiting_check CHECK (((starts < ends) AND ((ends - starts) <= '2678400000000'::bigint))),
    CONSTRAINT waiting_persons_check CHECK ((persons > 0)),
    CONSTRAINT waiting_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'promoted'::text, 'left'::text, 'lapsed'::text])))
);
CREATE VIEW public.weekday_bit AS
 SELECT bits."bit"
   FROM ( VALUES (1), (2), (4), (8), (16), (32), (64)) bits("bit");
CREATE TABLE public.working_hours (
    id uuid NOT NULL,
    calendar_id uuid NOT NULL,
    days jsonb NOT NULL,
    from_minute bigint NOT NULL,
    to_minute bigint NOT NULL,
    holidays text DEFAULT 'ignore'::text NOT NULL,
    CONSTRAINT working_hours_check CHECK (((from_minute >= 0) AND (from_minute < 1440) AND (from_minute < to_minute) AND (to_minute <= 2880))),
    CONSTRAINT working_hours_holidays_check CHECK ((holidays = ANY (ARRAY['observe'::text, 'ignore'::text])))
);
INSERT INTO public._sqlx_migrations VALUES (1, 'first light', '2026-11-24 15:57:54.596676+00', true, '\x0af564355df080f51373404f78081bada82959f6e49f4ad2fae0a37a5715995c708313eb2f7d2a115016b8f680b69195', 144703501);
INSERT INTO public._sqlx_migrations VALUES (2, 'ledger', '2026-11-24 15:57:54.74756+00', true, '\x69518ebd8845d7b05d631141d17efb4cb7ab32c04e29e601725e3d02368b62426efff94fc9e458a709b363ad81c2f5c9', 7660675);
INSERT INTO public._sqlx_migrations VALUES (3, 'audit chain', '2026-11-24 15:57:54.752485+00', true, '\xd737ad0d539f6de709eae4c5ef7b65d0615f81a39fc5fb39acbc39f470ca04fa9651a92663d21877985d05f4528be593', 12298597);
INSERT INTO public._sqlx_migrations VALUES (4, 'people', '2026-11-24 15:57:54.765112+00', true, '\x3a5556ed5c23e94350da54c7b04e74b51e1d29cb3b350f433b142874821b70ddab151e2296331f90c42ea25700446bb8', 51237112);
INSERT INTO public._sqlx_migrations VALUES (5, 'basis', '2026-11-24 15:57:54.819546+00', true, '\x99c0f1a7477bfcc30b430a48d5829419d538d75e11bb674f706e74e315116f7f8aea70634a7c7c83e668ae6a221df43a', 31120408);
INSERT INTO public._sqlx_migrations VALUES (6, 'spaces', '2026-11-24 15:57:54.848208+00', true, '\x823e6d6220b877c498fca57970f4c47b3ba4be0c23d12a785d6feeaf5dec10092048f00a878bef555f0ae3c5b4cd918f', 71426556);
INSERT INTO public._sqlx_migrations VALUES (7, 'scheduling', '2026-11-24 15:57:54.927548+00', true, '\xf66e20caa0a645ecc92593f4d9b5064bcc93b1992c74f883e5578475b529b9d484229ae23271d21724ffc00cddd90ac6', 36546101);
INSERT INTO public._sqlx_migrations VALUES (8, 'enrolment', '2026-11-24 15:57:54.960327+00', true, '\x818911d9500a80dc722aec1ceea1ade9e61c09c81abf2ca6da1fb70709e9da5a0cce2b92148468b6612fd28373d81b31', 47971470);
INSERT INTO public._sqlx_migrations VALUES (9, 'cases', '2026-11-24 15:57:55.012255+00', true, '\xcb447e258ba1bd4c593a9b78ebc1928bb373e6d2654e2704fb4f8f1481dbdc3301b644f19010f1e1be6b15167936ce49', 76107202);
INSERT INTO public._sqlx_migrations VALUES (10, 'outbox', '2026-11-24 15:57:55.089172+00', true, '\xecac160df231ded0632081b0f92e20f316849808303ce4c1acef8baff2d8504031428671d077960c25c62819006629f8', 30433186);
INSERT INTO public._sqlx_migrations VALUES (11, 'topics and jobs', '2026-11-24 15:57:55.12161+00', true, '\xdf3468d0a7a8448263c257348b3ac76bcdf02bd6810ebe32082e2c253ed7ca5226737a5d7f7ab9dcd50c709b14f86aca', 32641729);
INSERT INTO public._sqlx_migrations VALUES (12, 'feeds', '2026-11-24 15:57:55.153891+00', true, '\x96174e424358a99a658fcc6c7d8e72122a23e4c3ce457f95a7d2da596a30dd7fc374fecd646f09c5a48763f018ad2a27', 11059095);
INSERT INTO public._sqlx_migrations VALUES (13, 'ledger grounds', '2026-11-24 15:57:55.17165+00', true, '\x469625c57728267e7dcb2c62a04a0effb58ff35ac86f503f215c76d137634d13d551c184e0609b51ed6f343bb845ab88', 3612118);
INSERT INTO public._sqlx_migrations VALUES (14, 'rights', '2026-11-24 15:57:55.175331+00', true, '\x6278eda2c99a6b273f04a02b74c567fdb30f74f52ab7a41851c0d5a49f77445d6575783018dcf0de3c04f1f7f53a1469', 52689941);
INSERT INTO public.account VALUES ('01a20b11-1a80-712b-a002-d26a1c16fdec', 'li', '$argon2id$v=19$m=19456,t=2,p=1$Aj83IDokdsQlZqYcxVw8qA$4+ZTJlYxXSC8jScxOA2GuGsws2aOR/vlMMnYYeAkdU4', 'en', 1795482000000000, NULL);
INSERT INTO public.account VALUES ('01a20b11-1a80-7171-bf41-6902829a0a5b', 'wang', '$argon2id$v=19$m=19456,t=2,p=1$Aj83IDokdsQlZqYcxVw8qA$4+ZTJlYxXSC8jScxOA2GuGsws2aOR/vlMMnYYeAkdU4', 'en', 1795482000000000, NULL);
INSERT INTO public.account VALUES ('01a20b11-1a80-7a55-9fe1-9aa705de76f6', 'zhao', '$argon2id$v=19$m=19456,t=2,p=1$Aj83IDokdsQlZqYcxVw8qA$4+ZTJlYxXSC8jScxOA2GuGsws2aOR/vlMMnYYeAkdU4', 'en', 1795482000000000, NULL);
INSERT INTO public.account VALUES ('01a20b11-1a80-7569-a065-fadbc3765a49', 'daughter', '$argon2id$v=19$m=19456,t=2,p=1$Aj83IDokdsQlZqYcxVw8qA$4+ZTJlYxXSC8jScxOA2GuGsws2aOR/vlMMnYYeAkdU4', 'en', 1795482000000000, NULL);
INSERT INTO public.account VALUES ('01a20b11-1a80-7c82-a337-33eff44663ca', 'admin', '$argon2id$v=19$m=19456,t=2,p=1$Aj83IDokdsQlZqYcxVw8qA$4+ZTJlYxXSC8jScxOA2GuGsws2aOR/vlMMnYYeAkdU4', 'en', 1795482000000000, NULL);
INSERT INTO public.account VALUES ('01a20b11-1a80-7150-a518-49df390acac3', 'worker', '$argon2id$v=19$m=19456,t=2,p=1$Aj83IDokdsQlZqYcxVw8qA$4+ZTJlYxXSC8jScxOA2GuGsws2aOR/vlMMnYYeAkdU4', 'en', 1795482000000000, NULL);
INSERT INTO public.appointment VALUES ('01a20b11-1a80-705b-85e4-36d84c6df741', '01a20b11-1a80-70f3-a6fc-5d1b1e096afb', '01a20b11-1a80-7420-a116-27af84da97f9', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'bath', '{"en": "Bathing help", "zh": "助浴"}', 1795572000000000, 1795575600000000, 'booked', NULL, NULL, 0, true, NULL, 1);
INSERT INTO public.appointment_change VALUES ('01a20b11-1a80-77ac-b318-9c65eda948f3', '01a20b11-1a80-705b-85e4-36d84c6df741', 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', 'booked', 1795572000000000, 1795575600000000, '01a20b11-1a80-70f3-a6fc-5d1b1e096afb', '');
INSERT INTO public.audit VALUES ('01a20b11-1a80-7086-bec3-9205559e58e1', 1795482000000000, NULL, '01a20b11-1a80-7a55-9fe1-9aa705de76f6', 'account.create', 'zhao', '{}', '\xd05dc4841e518e9262983021aef1727c57b359b410e7ad51e7907183ba462887', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-705f-8e91-6c7769b435c3', 1795482000000000, NULL, NULL, 'release.approved', '01a20b11-1a80-706c-b3be-cba755609feb', '{"note": "", "plugin": "care/visits", "version": "1.0.0"}', '\x911e9cf9a49323feeff86027e562e126d24928f7ccbb7cf269555341537ccd4e', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-70d4-b844-0dd0e6468acd', 1795482000000000, NULL, NULL, 'working-hours.add', '01a20b11-1a80-70f3-a6fc-5d1b1e096afb', '{"days": {"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "first": "2026-01-01", "except": []}, "holidays": "observe", "to_minute": 1020, "from_minute": 540}', '\x4ad7a1d86cf692d60ea46e36c35b396cd92edd571a780a06a664198f6e4d8f5f', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7146-8ab2-386840ee7d80', 1795482000000000, '01a20b11-1a80-7608-8040-1bea509f5cc4', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'case.accepted', '01a20b11-1a80-7657-b123-97315f29ce40', '{"note": "", "state": "accepted", "office": "community", "channel": "web", "assignee": "01a20b11-1a80-7608-8040-1bea509f5cc4", "organisation": null}', '\xc4adfda3f16105fb814847cb7e4d737e862254101ec9394a37040e50fd30aca2', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-71a9-9398-0b811bdf33bb', 1795482000000000, NULL, NULL, 'community.add', 'west', '{}', '\x044581c4d07c344aed06d7cd8cd2d003d0917e0ec042dedda07b6525a8781125', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7227-8e23-64137b2c39fb', 1795482000000000, NULL, '01a20b11-1a80-77e0-b024-a0f3c92705df', 'role.grant', 'lawyer', '{"office": "district", "channel": "command-line", "expires": null, "community": "01a20b11-1a80-71ec-aaa2-6b8744d3bfb6", "organisation": "01a20b11-1a80-7237-b52a-e96d3e6ed99b"}', '\x4f1c2a0ff7c5856b1b058d4b29eb6f5970f3bb04ffe6600600db71ebcf446f29', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-728f-8103-0a75dc562eb5', 1795482000000000, NULL, NULL, 'organisation.register', 'care', '{"name": {"en": "Care", "zh": "关爱"}}', '\x61585735f44b12a9be354f8c895086188696105ff2d9ce538222176d6f51d436', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-72f6-bc1c-9b6269c3cb31', 1795482000000000, NULL, NULL, 'organisation.register', 'legal', '{"name": {"en": "Legal", "zh": "法援"}}', '\x969e0aec27ef95c61e1f3a6aac6fb9e1229c868a51839a353f4094432cada920', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7402-9653-a0fe2e20a196', 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'booking.booked', '01a20b11-1a80-7fb4-b924-063b60b77ef7', '{"for": "01a20b11-1a80-712b-a002-d26a1c16fdec", "space": "01a20b11-1a80-7fc5-bda8-57fe757d37d5", "state": "booked", "office": "resident", "channel": "web", "sequence": 0}', '\x632a2db92a202ee267a00fcb1ce32c9170a8dce67d24c348299361264e6aea61', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-744a-8ec6-69c5b4389af3', 1795482000000000, NULL, NULL, 'case-type.define', '01a20b11-1a80-7c47-a68a-c5c8dfef8ca7', '{"code": "abuse", "office": "district", "channel": "command-line", "community": null, "confidential": true, "installation": null, "response-minutes": 120, "resolution-minutes": 960}', '\x2e757814938526feb827a38fc53307a566bda2a6239eb8101a0dbbe52b403797', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7456-8d4f-d204383f1ad9', 1795482000000000, '01a20b11-1a80-7608-8040-1bea509f5cc4', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'case.started', '01a20b11-1a80-7657-b123-97315f29ce40', '{"note": "", "state": "in-progress", "office": "community", "channel": "web", "assignee": "01a20b11-1a80-7608-8040-1bea509f5cc4", "organisation": null}', '\xe9be575de25c1705b58a82f5b65a1a078a1f985257a518c1000a90f27c87abde', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7468-b4be-89adb63aaa06', 1795482000000000, NULL, '01a20b11-1a80-788d-93a2-7593f1a811bb', 'role.grant', 'community-staff', '{"office": "district", "channel": "command-line", "expires": null, "community": "01a20b11-1a80-71ec-aaa2-6b8744d3bfb6", "organisation": null}', '\x1c912449947b80b1f650d89b998aacda58d5bce7757125b9451b692007cea5fc', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-748d-bfdf-c054822b9d5c', 1795482000000000, NULL, '01a20b11-1a80-7c82-a337-33eff44663ca', 'account.create', 'admin', '{}', '\xef1234469718370f378eefcadea9d15f3ea5cf90bb3bfa4ae085e76153a25f7d', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-74f9-9616-89cf5500ec6a', 1795482000000000, NULL, NULL, 'space.add', '01a20b11-1a80-7fc5-bda8-57fe757d37d5', '{"name": "Activity room", "rules": {"quota": {"week_hours": null, "month_hours": null, "week_bookings": null, "month_bookings": null}, "open_to": ["community"], "approval": false, "max_minutes": 240, "min_minutes": 30, "horizon_days": 90, "step_minutes": 30, "buffer_minutes": 0, "notice_minutes": 0}, "office": "community", "channel": "web"}', '\x9e4540dd03713ea26650192444614f8b550cd9ded3c269635ab6979af56cca36', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7562-be8d-93d6a9867621', 1795482000000000, NULL, '01a20b11-1a80-77e3-bbfe-1721248abf3b', 'role.grant', 'care-worker', '{"office": "district", "channel": "command-line", "expires": null, "community": "01a20b11-1a80-71ec-aaa2-6b8744d3bfb6", "organisation": "01a20b11-1a80-7848-8c08-228a4a456c1f"}', '\xf7a0c3e3613d37f283f0a90a3d7544c8bc15e83b6f2c656bab47754719e529cd', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7579-aacb-aaaaeabb87c1', 1795482000000000, '01a20b11-1a80-7608-8040-1bea509f5cc4', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'case.resolved', '01a20b11-1a80-7657-b123-97315f29ce40', '{"note": "", "state": "resolved", "office": "community", "channel": "web", "assignee": "01a20b11-1a80-7608-8040-1bea509f5cc4", "organisation": null}', '\x9f7bab46d94a980b89c216a6960d9606f48987ea3d0fac4199d3a1e89b78bbec', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-75d9-8ed9-69b9a83782ce', 1795482000000000, NULL, '01a20b11-1a80-712b-a002-d26a1c16fdec', 'account.create', 'li', '{}', '\x91a404df19945a35935beaadc75f5713d4a3aa0eb2ac71e326167a6115a8aa95', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-76b0-950f-51ab3cc6c15b', 1795482000000000, NULL, '01a20b11-1a80-7c82-a337-33eff44663ca', 'role.grant', 'district-admin', '{"office": "district", "channel": "command-line", "expires": null, "community": null, "organisation": null}', '\x19b40a2f4cb88bd05abe624d6e024728cd6ffa36d813abc6b7f1da6b413b21a6', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-76ec-8f0a-d67c02d5a71c', 1795482000000000, '01a20b11-1a80-7608-8040-1bea509f5cc4', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'case.comment', '01a20b11-1a80-78fc-a3f3-2d691103b0ca', '{"case": "01a20b11-1a80-7657-b123-97315f29ce40", "kind": "public", "office": "community", "channel": "web"}', '\xc5ba9538e68651d34cc97da8f6d85244b70fbfc3cafe1bc2be39793d900390e0', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-784b-a26f-21ce7cbf7040', 1795482000000000, NULL, '01a20b11-1a80-7171-bf41-6902829a0a5b', 'enrolment.waiting', '01a20b11-1a80-74e1-941b-fc33066c2042', '{"course": "01a20b11-1a80-747a-8b2a-b0f6a794a504", "office": "community", "channel": "web"}', '\xaf89540f8bb961da380579e320e2b57b14a547e3b6de774a5b95165122e5fe62', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-787a-b5b2-de11018ac9e5', 1795482000000000, NULL, '01a20b11-1a80-7171-bf41-6902829a0a5b', 'account.create', 'wang', '{}', '\x727189037a9bd4d3d7a0bec3aa906fce4168c5ef77cbb5962c9abb37d91b5523', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7904-8a01-3625a570fef3', 1795482000000000, NULL, NULL, 'release.submit', '01a20b11-1a80-706c-b3be-cba755609feb', '{"key": "test", "digest": "626d0ce33ca550dc06351c3ea7b698be557ff5d35bf25edc44221b561838594c", "plugin": "care/visits", "version": "1.0.0"}', '\x09901faccb1a622344e417106a34d4b4e651583fd9ff467657aa0b9c3b2304bb', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7905-96df-4de87a6ffff6', 1795482000000000, NULL, NULL, 'case-type.define', '01a20b11-1a80-7256-8824-7c9be0848cb2', '{"code": "repair", "office": "district", "channel": "command-line", "community": null, "confidential": false, "installation": null, "response-minutes": 120, "resolution-minutes": 960}', '\x89a4da91144a9185beb2f7c401ca1fcc126941d936b9a3cbc56a592f6d3b8f46', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-793f-bf06-572a0149ef64', 1795482000000000, NULL, '01a20b11-1a80-70f3-942b-364ac36b2bd5', 'role.grant', 'community-staff', '{"office": "district", "channel": "command-line", "expires": null, "community": "01a20b11-1a80-7227-92d2-25d99c08fee2", "organisation": null}', '\xf359d9823c7158c89b1c8a6b64f6fac8d9dde0b3b1041fdcabb0b806677fd3fc', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7941-99ae-173751bacf2f', 1795482000000000, NULL, NULL, 'community.add', 'east', '{}', '\x62d766f57a00c67fb7569e6cf119431cf017771d2ebae48f43e60be2d57f7dab', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-794a-a766-f7759a086bfd', 1795482000000000, NULL, '01a20b11-1a80-7608-8040-1bea509f5cc4', 'role.grant', 'community-staff', '{"office": "district", "channel": "command-line", "expires": null, "community": "01a20b11-1a80-71ec-aaa2-6b8744d3bfb6", "organisation": null}', '\xebb5c46ca4548b41e448eb82a84e7cb10d44f1c1de3b2fb87aae5a4dded6c423', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-79a5-acd7-8a37d01f8455', 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'case.opened', '01a20b11-1a80-7657-b123-97315f29ce40', '{"for": "01a20b11-1a80-712b-a002-d26a1c16fdec", "note": "", "state": "open", "office": "resident", "channel": "web", "assignee": null, "organisation": null}', '\x9e77479b9bf4202dfd1b57c70ff465da372bc764b23e6194c98b9228a4abed36', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-79c9-bc0d-2cf7d82a348f', 1795482000000000, NULL, '01a20b11-1a80-7569-a065-fadbc3765a49', 'account.create', 'daughter', '{}', '\x0d65070d0d384efe1fc181f0d122505721b3f10b78c5a1bc2afc9d25ebaf1c90', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7c70-bf33-e5a0f88f224b', 1795482000000000, NULL, '01a20b11-1a80-7150-a518-49df390acac3', 'role.grant', 'care-worker', '{"office": "district", "channel": "command-line", "expires": null, "community": "01a20b11-1a80-71ec-aaa2-6b8744d3bfb6", "organisation": "01a20b11-1a80-7848-8c08-228a4a456c1f"}', '\x9c7dba4bf7947753764638a0cbf2852be9e7e7a8c34a8c48f5046503f016e731', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-77dc-bfdd-75276e92aad9', 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'appointment.booked', '01a20b11-1a80-705b-85e4-36d84c6df741', '{"for": "01a20b11-1a80-712b-a002-d26a1c16fdec", "office": "resident", "channel": "plugin", "sequence": 0}', '\x8b659a4b97421d0a970c374388eb9835141098ad6241e0c41c2931a4c1ceb538', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-79df-8c12-12692fa5da8a', 1795482000000000, NULL, NULL, 'course.create', '01a20b11-1a80-747a-8b2a-b0f6a794a504', '{"rule": {"priorities": [], "sibling-points": 0}, "ratio": null, "title": {"en": "Calligraphy", "zh": "书法"}, "office": "community", "channel": "web", "capacity": 1}', '\x8fc8e8c45bfd3cfa07da89b6ab0fe8b5f466a9b9497be39b1ba8a93a3c6c206d', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7b20-a216-374df05acb7b', 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'need.record', '01a20b11-1a80-77bc-b031-269db2421188', '{"for": "01a20b11-1a80-712b-a002-d26a1c16fdec", "code": "meals", "office": "resident", "channel": "web", "version": 1}', '\x9932acaee4c7824496c476fa5abf74dc9c80a71eabef22e3a30beb05582bda84', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-748c-ba07-610238436493', 1795482000000000, NULL, '01a20b11-1a80-712b-a002-d26a1c16fdec', 'enrolment.enrolled', '01a20b11-1a80-76cd-9146-ea9d7a661215', '{"course": "01a20b11-1a80-747a-8b2a-b0f6a794a504", "office": "community", "channel": "web"}', '\xa314c9ff7c5ccabcf731332b803e1f67357c4c2d64ea7e95730ede261623b084', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7cb1-94f2-b5518cb62b71', 1795482000000000, NULL, NULL, 'installation.enable', '01a20b11-1a80-7420-a116-27af84da97f9', '{"plugin": "care/visits", "version": "1.0.0", "settings": {}, "community": "east", "permissions": []}', '\x2551e5db78454bff81b4796d17728e8f55bd2fae492b1eef29d9fa48e106ede4', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7d86-9395-26da4c9591a2', 1795482000000000, NULL, NULL, 'space-hours.add', '01a20b11-1a80-7fc5-bda8-57fe757d37d5', '{"hours": {"days": {"rule": "FREQ=DAILY", "first": "2026-01-01", "except": []}, "holidays": "ignore", "to_minute": 1320, "from_minute": 480}, "office": "community", "channel": "web"}', '\x1ecec023bad0d3b7619ded42595d14427becdd9f814fdb6cd481335f4e900c44', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7eba-af26-65860bd9214e', 1795482000000000, NULL, NULL, 'district.found', 'Test District', '{"zone": "Asia/Shanghai"}', '\xe009d2ff2212ba9eda5eff269821fd1f72042e41d134cd7e8655c72ca17b7f1b', true);
INSERT INTO public.audit VALUES ('01a20b11-1a80-7fa2-9aa3-40d5a0ca074f', 1795482000000000, NULL, '01a20b11-1a80-7150-a518-49df390acac3', 'account.create', 'worker', '{}', '\x416732353f16ae794f337952b23d1b3d78c8c76a81fa9880359f48c9e7e95edb', true);
INSERT INTO public.audit_head VALUES (1, 37, '\xcb83bb3ff1bd463e7dc7e4988c7a9deadf67b0a35c9b4ab5aa7a597cb9c996a9', '\x515b9754e8f49d14f804ba1eefe6dfca3daa5adad17efc5f455056551f2a17ea');
INSERT INTO public.audit_link VALUES (1, '01a20b11-1a80-705f-8e91-6c7769b435c3', '\x4176d34f1c9b00c223b59a99fa532d6526a47304dd2bed0e7f18051da1176704', '\x4369799aac87317512c36fa28ad30998a31f0831daa29efaceae5fbe4e32b38f');
INSERT INTO public.audit_link VALUES (2, '01a20b11-1a80-7086-bec3-9205559e58e1', '\xc395ead7d44d759d17af4a50215e79f255ab753fe66cdac5fd9e6c76519be6de', '\x9166f51d2a0f75433dc545da44638e8a943f879f90c957eae58e87ad2f952b8d');
INSERT INTO public.audit_link VALUES (3, '01a20b11-1a80-70d4-b844-0dd0e6468acd', '\x631d2e2d7465bab131981f90a9d864192b43733614a0c3ab2dad394d5ecd71ae', '\x418d560ecae4b8e95adfa262ca5eed4e3ac683a9717090dd118a56144ec521f7');
INSERT INTO public.audit_link VALUES (4, '01a20b11-1a80-7146-8ab2-386840ee7d80', '\x6f85bc86d0f5cd09f9061894456fa7b76da6284f0f7abbb8ddeddf877e67c94f', '\x287e5dfc0aaa0048105685b2a61cc1978aeacb9bae3ad9191e726655098c3f92');
INSERT INTO public.audit_link VALUES (5, '01a20b11-1a80-71a9-9398-0b811bdf33bb', '\xcb5b3250a22d99fe37cf4bfb1ccdf7f25d41d77d18c454cce853300bc0a7b73c', '\xd3ba06b9f6ae00af80a4d5e1c557951e753ffba1a7e9066a6c12cb7855c42571');
INSERT INTO public.audit_link VALUES (6, '01a20b11-1a80-7227-8e23-64137b2c39fb', '\x0bc436c3ca9d5a4a2069f21f8a6f50feb58ec65e5a626c34f1cb28d7948eb61b', '\xe7d168bf91ddc87a8ed8999c76e0e0ad4bf07ae1aab86ac69f896834a99111ea');
INSERT INTO public.audit_link VALUES (7, '01a20b11-1a80-728f-8103-0a75dc562eb5', '\xe98d521b7b7df9545d8cc913afe53c638fdd82acc9c4b12aa0e21053f2a75359', '\x57585fcedb0e48ba917b88563cee4c772d39f5f569bedf28c84ba066eca9fcc2');
INSERT INTO public.audit_link VALUES (8, '01a20b11-1a80-72f6-bc1c-9b6269c3cb31', '\x2ac7082fa7e8faca791e1eb4471924c6772f8e9e503643722c1f1bdac1e430df', '\xd98dafd84c0e9af371bab8f93847f1db9354a3f5fda4a261619dddf771fc9159');
INSERT INTO public.audit_link VALUES (9, '01a20b11-1a80-7402-9653-a0fe2e20a196', '\xa4731405ec85d50d039576991349c357faf682f71428aa6f142debf2f897ff69', '\x02fdef97d688f5c2944d74c0cf36681dc1667fb71a9f16e7cd6e7d7ea193689e');
INSERT INTO public.audit_link VALUES (10, '01a20b11-1a80-744a-8ec6-69c5b4389af3', '\x15f759722d5a57c7973b0b37869c7f3899fa246b8d802a9232a627d7f774f9f4', '\xe1dd5a6df02debe5e7710c3b0693efa6ca8ae2d7ea7656c4a1e33f36d0eca58e');
INSERT INTO public.audit_link VALUES (11, '01a20b11-1a80-7456-8d4f-d204383f1ad9', '\x2de7186b1bbb160ef064547e21425158ffce3399ff7b7ba8e892960fca21fb0c', '\xee7fbd0b612cb3dfddd5e59755a4c409604ebebff782980daf0fec69544e2775');
INSERT INTO public.audit_link VALUES (12, '01a20b11-1a80-7468-b4be-89adb63aaa06', '\x69109363ba805e59ffb48187a47828a2ef38280f78368ca847308b97e2cb6055', '\x6ea73e050bfaff1677396d9c70c2c653b35ab8db5f8bfe1a29321f51da6fdef4');
INSERT INTO public.audit_link VALUES (13, '01a20b11-1a80-748c-ba07-610238436493', '\x94dd11f279f6094db30aae8296137c16ff9f2c1a5225b1a4a7ea44ca350f1d06', '\xf1ed4dde33dbcda1a5c5f3d1d4c0d47878354038925e7e9cec5bca6e851c31bf');
INSERT INTO public.audit_link VALUES (14, '01a20b11-1a80-748d-bfdf-c054822b9d5c', '\x93deb1d52b66ccd29330b7080876403a5882cb581a491c937a496f8ca8c658e1', '\x6f8cf3677736295c065bfb2cef8eeceded12f7858587455df8cca67fa2b58da4');
INSERT INTO public.audit_link VALUES (15, '01a20b11-1a80-74f9-9616-89cf5500ec6a', '\xd3c4fc9451da5407b09214a1cc94e94f204ec4e5a84663717268b5acfb24a092', '\x8eebf2106fb6320e26be7d59becbad99477bc9bf7dcb7435b73ac00c83a0b3fc');
INSERT INTO public.audit_link VALUES (16, '01a20b11-1a80-7562-be8d-93d6a9867621', '\x92e6db49fe3e7af9eed7515c82fc726d77ce569fa76946d60ab6f7a12aad7cce', '\x48a7529b7ea56062e36e67da72d8a50e6c0b6da8cea955bd624d902f170a265a');
INSERT INTO public.audit_link VALUES (17, '01a20b11-1a80-7579-aacb-aaaaeabb87c1', '\xecd58c67f0fae4566ea76318122681fdf97f1c143cb23925c984bbfd08450a39', '\x1130336fa3e36306b899899a1996ea1321a482a156ff8107129658648fcd167e');
INSERT INTO public.audit_link VALUES (18, '01a20b11-1a80-75d9-8ed9-69b9a83782ce', '\x174a52dfcd69ed39e0aa3ed61948a6ce3ff44b0f21a310ff207fdbd652e06ea7', '\x2e7a1a268e69d046e3e66aa5d35bf6491d812fe7e6295385644ee1a99d5799f3');
INSERT INTO public.audit_link VALUES (19, '01a20b11-1a80-76b0-950f-51ab3cc6c15b', '\xd301df0e98b589b777849974d061bb266751510175ca6c3d6d3b69fd219f2848', '\x7d46d2f0c00d7814945aff9e8343662b5a04bfca1898d605ed9a1e75bac123eb');
INSERT INTO public.audit_link VALUES (20, '01a20b11-1a80-76ec-8f0a-d67c02d5a71c', '\xff7150ed73822a95dc1cf46e224138272fc3ab224f2a633c92fcf1ce04a275d8', '\x7bfdda5460125cae5d672c6a377bf74686d6afecc7288af11bc17db7dfc00f95');
INSERT INTO public.audit_link VALUES (21, '01a20b11-1a80-77dc-bfdd-75276e92aad9', '\x70744d253ee0babd228d73bd2385186196bfdc6cd682b98f35961eaa92835e97', '\xe429840c55faa6c73b97c2551bd3435351f70d7747292284c0721911563e7044');
INSERT INTO public.audit_link VALUES (22, '01a20b11-1a80-784b-a26f-21ce7cbf7040', '\xd27ab7bd1ce9719eacfde83020171861940e38636fb5f841a1f6d59f1060f891', '\x371fea923306938e8b0582282fead6ff59afd12a8bb97ece8b20fbff6e6d9111');
INSERT INTO public.audit_link VALUES (23, '01a20b11-1a80-787a-b5b2-de11018ac9e5', '\xcd1198241ae927b186457055d5f675d81e4a1aa815fa765b2793dc1333e0edc3', '\x4ecadfd90f5a0b20d127056e33cc6c9b34710eee65c5f76b4e7b4d560b4c9bbd');
INSERT INTO public.audit_link VALUES (24, '01a20b11-1a80-7904-8a01-3625a570fef3', '\x1309f2d17047c647c3e2ddf48fc7aca274f39b3ebb6e4c6cb954a45b8171a5d8', '\x162c3d67d3904d18df1eb7d6c296adb827b4b42bc80a6691bd7c57d8d6cd3902');
INSERT INTO public.audit_link VALUES (25, '01a20b11-1a80-7905-96df-4de87a6ffff6', '\xa0d4968813227635faa6e01e100f7040a24f44280d9612bd61118055d7ac410a', '\x279b20a8a63393837474254d603c4f596a4473b2cf3e93cc2d1930897493cf56');
INSERT INTO public.audit_link VALUES (26, '01a20b11-1a80-793f-bf06-572a0149ef64', '\x41fddcd5212e0a6a5ba074a4f6dfbfdd49a7695d4cf575d1f6ea1181c0479423', '\x611610028cbd9aa25f51ff7dbcc7d79ed09e55ff74a199339b95059a0e2712b6');
INSERT INTO public.audit_link VALUES (27, '01a20b11-1a80-7941-99ae-173751bacf2f', '\x7b12f51d83fb55959643cb85b484eafa755ecbe62bceab2c3079abd3d93261b9', '\xdf631094dbb714451ba95b3aa9d81deaae36a51ac67f9441bfc786b1fe4c215a');
INSERT INTO public.audit_link VALUES (28, '01a20b11-1a80-794a-a766-f7759a086bfd', '\x8cd4542a1b691044fab581f50ceec6dc6b7ee890f43b1b0b33404f821e7e0c89', '\xba8351c2923fc5855317f572fe8a679562596fd0195eb319c2ed6527df0f80be');
INSERT INTO public.audit_link VALUES (29, '01a20b11-1a80-79a5-acd7-8a37d01f8455', '\x5464fb60c3bdbfe436d86c31a93d214896f57d38ec3e5a48d7b5d046e0237aeb', '\x56b2f79f597e619a39e5288f1a3cebde515a32f3c1d4c99174292bf92d3471e4');
INSERT INTO public.audit_link VALUES (30, '01a20b11-1a80-79c9-bc0d-2cf7d82a348f', '\x0a236e6309c2e1ab3337ba7f8d94831e05877ab48a86caf569586936f7df8c9c', '\x29dbf64f79ba7731f10e060bb8f7b34a4e9d0dd8fc8fb295b3e2f423c679d715');
INSERT INTO public.audit_link VALUES (31, '01a20b11-1a80-79df-8c12-12692fa5da8a', '\xf641b45ed90fb363a8f292dd5ee230e22c459d0d547ec4597d948bb40c8137e8', '\x9f31d6b2d9009cc00f73bfc25b55d14b43a21fb9814083205815fb22bb9476dd');
INSERT INTO public.audit_link VALUES (32, '01a20b11-1a80-7b20-a216-374df05acb7b', '\x3a3f171a22b2086714c130993be6edc3bfa368badbc16175c397f1e1ecc8e4aa', '\x1dd3e514b84590e997d4df486ba54d712f3bd1324149bc447e5c0807844d4b5e');
INSERT INTO public.audit_link VALUES (33, '01a20b11-1a80-7c70-bf33-e5a0f88f224b', '\xb549819ae2c90f5411a16da9c8f1ab704f8d8a2c2faf1b2fc93c32f4babe4ae6', '\x5a5ec7cd5ee666b50a1eaaf7ca87fab484bcd76199b3b4f939a048f65558cb15');
INSERT INTO public.audit_link VALUES (34, '01a20b11-1a80-7cb1-94f2-b5518cb62b71', '\x5df574ce656e49e63411c31aa62fab00e31700ca770649c27e23e9013d02ad89', '\x168779df514ab947fab8abb5305a811f4edc319d929bd8f31426e3d52403f031');
INSERT INTO public.audit_link VALUES (35, '01a20b11-1a80-7d86-9395-26da4c9591a2', '\xdb5d131b905756e61a6f7dd2b7d01528c641e894d4e16982be3eddd80c2d4154', '\x2037c561181b8f52686df0652f79b074915f5c0790a14a17d962e764402c3dab');
INSERT INTO public.audit_link VALUES (36, '01a20b11-1a80-7eba-af26-65860bd9214e', '\x99c8c3e6ad3cc488e397d3b56690676524535d0a7e75becd9ad4ea5a6d7bea71', '\x16750ec86607373c27c37b81ffd2bd7d3545c9e39fe388b116b5c0d46f80f8bf');
INSERT INTO public.audit_link VALUES (37, '01a20b11-1a80-7fa2-9aa3-40d5a0ca074f', '\xafd8ef17028d1993042c2d0bac9aa55ed4ec1801f76e4443dffb2f035cc7f9d6', '\xcb83bb3ff1bd463e7dc7e4988c7a9deadf67b0a35c9b4ab5aa7a597cb9c996a9');
INSERT INTO public.booking VALUES ('01a20b11-1a80-7fb4-b924-063b60b77ef7', '01a20b11-1a80-7fc5-bda8-57fe757d37d5', '01a20b11-1a80-712b-a002-d26a1c16fdec', NULL, NULL, '下棋', 2, 1795586400000000, 1795590000000000, 1795590000000000, 'booked', NULL, 0, 1795482000000000, 1795482000000000, false);
INSERT INTO public.booking_change VALUES ('01a20b11-1a80-7fb4-b924-063b60b77ef7', 0, 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', 'booked', 1795586400000000, 1795590000000000, '');
INSERT INTO public.building VALUES ('01a20b11-1a80-7393-80e9-4d7f7a83819a', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', '1号楼', NULL);
INSERT INTO public.calendar VALUES ('01a20b11-1a80-70f3-a6fc-5d1b1e096afb', '01a20b11-1a80-7848-8c08-228a4a456c1f', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', '01a20b11-1a80-7150-a518-49df390acac3', 'care-worker', '陈护理', 1);
INSERT INTO public.case_comment VALUES ('01a20b11-1a80-78fc-a3f3-2d691103b0ca', '01a20b11-1a80-7657-b123-97315f29ce40', 'public', '已修好', NULL, '01a20b11-1a80-7608-8040-1bea509f5cc4', 'community', 1795482000000000, NULL, NULL);
INSERT INTO public.case_counter VALUES ('01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', 2026, 1);
INSERT INTO public.case_event VALUES ('01a20b11-1a80-7657-b123-97315f29ce40', 1, 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', 'resident', 'opened', '', 'open', 'community', NULL, NULL);
INSERT INTO public.case_event VALUES ('01a20b11-1a80-7657-b123-97315f29ce40', 2, 1795482000000000, '01a20b11-1a80-7608-8040-1bea509f5cc4', 'community', 'accepted', '', 'accepted', 'community', NULL, '01a20b11-1a80-7608-8040-1bea509f5cc4');
INSERT INTO public.case_event VALUES ('01a20b11-1a80-7657-b123-97315f29ce40', 3, 1795482000000000, '01a20b11-1a80-7608-8040-1bea509f5cc4', 'community', 'started', '', 'in-progress', 'community', NULL, '01a20b11-1a80-7608-8040-1bea509f5cc4');
INSERT INTO public.case_event VALUES ('01a20b11-1a80-7657-b123-97315f29ce40', 4, 1795482000000000, '01a20b11-1a80-7608-8040-1bea509f5cc4', 'community', 'resolved', '', 'resolved', 'community', NULL, '01a20b11-1a80-7608-8040-1bea509f5cc4');
INSERT INTO public.case_file VALUES ('01a20b11-1a80-7657-b123-97315f29ce40', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', 2026, 1, '01a20b11-1a80-7256-8824-7c9be0848cb2', NULL, NULL, 1, '路灯不亮', '3号楼前的路灯坏了', 'lighting', 'normal', NULL, NULL, '3号楼前', 'web', 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', '01a20b11-1a80-712b-a002-d26a1c16fdec', false, 'resolved', true, 'community', NULL, '01a20b11-1a80-7608-8040-1bea509f5cc4', 'party', NULL, NULL, NULL, NULL, 1795482000000000, false, false, NULL, NULL, NULL, 0, 1795482000000000, NULL, 0, NULL, NULL, NULL, 1, 9007199254740992, 1796086800000000, 1795482000000000, 4);
INSERT INTO public.case_party VALUES ('01a20b11-1a80-77f8-a103-d10d5cb54803', '01a20b11-1a80-7657-b123-97315f29ce40', 'reporter', '01a20b11-1a80-712b-a002-d26a1c16fdec', NULL, false, NULL, NULL, 1795482000000000, '01a20b11-1a80-712b-a002-d26a1c16fdec', NULL, NULL, NULL);
INSERT INTO public.case_type VALUES ('01a20b11-1a80-7256-8824-7c9be0848cb2', NULL, NULL, 'repair', '{"en": "Type", "zh": "类型"}', 120, 960, false, 1795482000000000, NULL);
INSERT INTO public.case_type VALUES ('01a20b11-1a80-7c47-a68a-c5c8dfef8ca7', NULL, NULL, 'abuse', '{"en": "Type", "zh": "类型"}', 120, 960, true, 1795482000000000, NULL);
INSERT INTO public.community VALUES ('01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', 'east', '{"en": "East", "zh": "东社区"}', NULL);
INSERT INTO public.community VALUES ('01a20b11-1a80-7227-92d2-25d99c08fee2', 'west', '{"en": "West", "zh": "西社区"}', NULL);
INSERT INTO public.component VALUES ('626d0ce33ca550dc06351c3ea7b698be557ff5d35bf25edc44221b561838594c', '\x6120636f6d706f6e656e74');
INSERT INTO public.course VALUES ('01a20b11-1a80-747a-8b2a-b0f6a794a504', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', NULL, NULL, 'sessions', '{"en": "Calligraphy", "zh": "书法"}', 1, NULL, 0, NULL, NULL, '[{"days": {"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "first": "2026-01-01", "except": []}, "holidays": "observe", "to_minute": 1020, "from_minute": 540}]', '2026-11-25', '2027-03-01', '{"priorities": [], "sibling-points": 0}', 2, NULL, NULL, false);
INSERT INTO public.course_load VALUES ('01a20b11-1a80-747a-8b2a-b0f6a794a504', 1);
INSERT INTO public.delegation VALUES ('01a20b11-1a80-7179-9ed4-e00f57b0748d', '01a20b11-1a80-712b-a002-d26a1c16fdec', '01a20b11-1a80-7569-a065-fadbc3765a49', 'delegate', 'signed form', 1795482000000000, NULL, NULL, false, true, '[]');
INSERT INTO public.district VALUES (1, '{"en": "Test District", "zh": "测试区"}', 'Asia/Shanghai', false);
INSERT INTO public.enrolment VALUES ('01a20b11-1a80-76cd-9146-ea9d7a661215', '01a20b11-1a80-747a-8b2a-b0f6a794a504', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'enrolled', '2026-11-25', '2027-03-01', 127, 0, 1795482000000000, NULL, 1795482000000000, false);
INSERT INTO public.enrolment VALUES ('01a20b11-1a80-74e1-941b-fc33066c2042', '01a20b11-1a80-747a-8b2a-b0f6a794a504', '01a20b11-1a80-7171-bf41-6902829a0a5b', 'waiting', '2026-11-25', '2027-03-01', 127, 0, 1795482000000000, NULL, NULL, false);
INSERT INTO public.enrolment_change VALUES ('01a20b11-1a80-7c55-a5c4-3aacde0190e1', '01a20b11-1a80-76cd-9146-ea9d7a661215', 1795482000000000, NULL, 'enrolled', '');
INSERT INTO public.enrolment_change VALUES ('01a20b11-1a80-7093-97db-834209e70617', '01a20b11-1a80-74e1-941b-fc33066c2042', 1795482000000000, NULL, 'waiting', '');
INSERT INTO public.host_key VALUES ('reference', 1, '\x90246c4e2a9713afac6eb972c2ee6d613a2e210fcf35fa263db69cce8298e208', false);
INSERT INTO public.host_key VALUES ('lookup', 1, '\xfc53eb3366e7b5a293fdc2f5b4a5ccc2bae7bcc21bd6bf1616566fe3708f381f', false);
INSERT INTO public.host_key VALUES ('seal', 1, '\x46468a505c63f507798a506357dfd72b8a5a2aca87a08fa95abcfb45b9065530', true);
INSERT INTO public.household VALUES ('01a20b11-1a80-788c-a686-6e3481125a57', '01a20b11-1a80-7393-80e9-4d7f7a83819a', '201', 1);
INSERT INTO public.installation VALUES ('01a20b11-1a80-7420-a116-27af84da97f9', 'care/visits', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', '01a20b11-1a80-706c-b3be-cba755609feb', '[]', '{}', true, 1795482000000000);
INSERT INTO public.need VALUES ('01a20b11-1a80-77bc-b031-269db2421188', '01a20b11-1a80-712b-a002-d26a1c16fdec', 'meals', '\x00000001ca03476bc1620a0b8e7a310b1468b30195a8f4cd9a2d7c615128ae802ebb8fc61b75c9e287', 1795482000000000, 1, 'open', 'resident', NULL, '2027-11-24', NULL, '01a20b11-1a80-712b-a002-d26a1c16fdec');
INSERT INTO public.notice VALUES ('01a20b11-1a80-775f-b3b1-f08864fd6fa3', '01a20b11-1a80-712b-a002-d26a1c16fdec', NULL, NULL, '{"text": {"en": "Case 2026-000001", "zh": "工单 2026-000001"}, "arguments": []}', '{"text": {"en": "Case 2026-000001 was taken up.", "zh": "工单 2026-000001 已受理。"}, "arguments": []}', 'routine', NULL, 1795482000000000, NULL, NULL, 'done', NULL, NULL);
INSERT INTO public.notice VALUES ('01a20b11-1a80-7df7-b78c-bf5ad9ed80f7', '01a20b11-1a80-712b-a002-d26a1c16fdec', NULL, NULL, '{"text": {"en": "Case 2026-000001", "zh": "工单 2026-000001"}, "arguments": []}', '{"text": {"en": "Case 2026-000001 was answered; reopen it if you are not content.", "zh": "工单 2026-000001 已答复，如不满意可以重新打开。"}, "arguments": []}', 'routine', NULL, 1795482000000000, NULL, NULL, 'done', NULL, NULL);
INSERT INTO public.organisation VALUES ('01a20b11-1a80-7848-8c08-228a4a456c1f', 'care', '{"en": "Care", "zh": "关爱"}', 1795482000000000);
INSERT INTO public.organisation VALUES ('01a20b11-1a80-7237-b52a-e96d3e6ed99b', 'legal', '{"en": "Legal", "zh": "法援"}', 1795482000000000);
INSERT INTO public.person VALUES ('01a20b11-1a80-712b-a002-d26a1c16fdec', '李秀英', '1946-03-01', 'female', '\x00000001c3612113caef4f6a959ddc79f231e1de4ac0a056646e00d71b89c3', '\x473ae8addba7b192bfe09fa5f8c9b2b526f8445dbd830e0a89a573672c065eac', NULL, NULL, NULL, '01a20b11-1a80-788c-a686-6e3481125a57', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-7171-bf41-6902829a0a5b', '王建国', '1946-03-01', 'female', '\x0000000131ef0d393a060a94b886f1a4f2fb443f6b4a56e008b0ec12f44861', '\x74d4326bcdcd3d12722315590cfc43a6bbc140803ff3a32bfadd0da09770bcc9', NULL, NULL, NULL, '01a20b11-1a80-788c-a686-6e3481125a57', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-7a55-9fe1-9aa705de76f6', '赵敏', '1946-03-01', 'female', '\x000000016f8dd9e55bc71edad4873ebd283b06518ac089c2c5fb3fb508e775', '\x03192a7050b3e0f87a04775ae8dea9071d169cc3f5cd0f0e5d202f54e4827e65', NULL, NULL, NULL, NULL, '01a20b11-1a80-7227-92d2-25d99c08fee2', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-7569-a065-fadbc3765a49', '李晓梅', '1946-03-01', 'female', '\x000000011302365434edbf63df977322b0b3c49328574e7efc7eaf168b91b4', '\xbaa6668825e5c9ba1cf4223db57d722f83b5e4fca19cedfac9abaeb421ab89d3', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-7c82-a337-33eff44663ca', '周主任', '1946-03-01', 'female', '\x00000001ca2d549a3aa216505118ccb82f5d7dd50f811d8ebd1bf8c81bbc0f', '\xcd638d3f43078c44db60207961feb2b6434449f0fb1a1dd89d8dbebb6744fe47', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-7150-a518-49df390acac3', '陈护理', '1946-03-01', 'female', '\x0000000197e62041fc9675965ad0bcee4bba4fc56e83378daeb5fb3c5044fe', '\x64eb128ccfa4f5f21ba9bc3c78b9f8a6a2e380cb7352560994c333deb576ddee', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-7608-8040-1bea509f5cc4', '陈社工', '1946-03-01', 'female', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-788d-93a2-7593f1a811bb', '方网格', '1946-03-01', 'female', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-70f3-942b-364ac36b2bd5', '高社工', '1946-03-01', 'female', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-77e0-b024-a0f3c92705df', '律师', '1946-03-01', 'female', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.person VALUES ('01a20b11-1a80-77e3-bbfe-1721248abf3b', '护士', '1946-03-01', 'female', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.record VALUES ('01a20b11-1a80-7420-a116-27af84da97f9', 'notes', 'k', '{"a": 1}', 1, '01a20b11-1a80-712b-a002-d26a1c16fdec', 1795482000000000);
INSERT INTO public.release VALUES ('01a20b11-1a80-706c-b3be-cba755609feb', '01a20b11-1a80-7848-8c08-228a4a456c1f', 'care/visits', '1.0.0', '626d0ce33ca550dc06351c3ea7b698be557ff5d35bf25edc44221b561838594c', 'test', '{"id": "care/visits", "pages": [{"menu": true, "path": "/", "title": {"en": "text", "zh": "文字"}, "fields": ["age"], "audience": ["resident"]}, {"menu": true, "path": "/today", "title": {"en": "text", "zh": "文字"}, "fields": [], "audience": ["care-worker"]}], "roles": {"care-worker": {"title": {"en": "text", "zh": "文字"}}}, "title": {"en": "text", "zh": "文字"}, "fields": {"age": {"purpose": {"en": "text", "zh": "文字"}, "necessary": true}, "name": {"purpose": {"en": "text", "zh": "文字"}, "necessary": true}, "phone": {"purpose": {"en": "text", "zh": "文字"}, "necessary": true}, "care-level": {"purpose": {"en": "text", "zh": "文字"}, "necessary": false}}, "writes": 1, "licence": "MIT", "summary": {"en": "text", "zh": "文字"}, "version": "1.0.0", "messages": {"hello": {"en": "hello {who}", "zh": "你好 {who}"}}, "settings": null, "case-types": {}, "reads-from": 1, "collections": {"notes": {"purpose": {"en": "text", "zh": "文字"}, "sensitive": false, "kept-by-law": null, "retention-days": 30}}, "confidential": false, "optional-imports": []}', '[]', 11, 'approved', 1795482000000000, NULL, 1795482000000000, NULL, '');
INSERT INTO public.role VALUES ('01a20b11-1a80-7233-9411-56a4271f6feb', '01a20b11-1a80-7c82-a337-33eff44663ca', 'district-admin', NULL, NULL, 1795482000000000, NULL, NULL);
INSERT INTO public.role VALUES ('01a20b11-1a80-720d-a04c-711f9a520732', '01a20b11-1a80-7150-a518-49df390acac3', 'care-worker', '01a20b11-1a80-7848-8c08-228a4a456c1f', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', 1795482000000000, NULL, NULL);
INSERT INTO public.role VALUES ('01a20b11-1a80-7c16-b80c-010492276020', '01a20b11-1a80-7608-8040-1bea509f5cc4', 'community-staff', NULL, '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', 1795482000000000, NULL, NULL);
INSERT INTO public.role VALUES ('01a20b11-1a80-7e13-b418-4534fd8972be', '01a20b11-1a80-788d-93a2-7593f1a811bb', 'community-staff', NULL, '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', 1795482000000000, NULL, NULL);
INSERT INTO public.role VALUES ('01a20b11-1a80-717d-b441-f01ad41aa3eb', '01a20b11-1a80-70f3-942b-364ac36b2bd5', 'community-staff', NULL, '01a20b11-1a80-7227-92d2-25d99c08fee2', 1795482000000000, NULL, NULL);
INSERT INTO public.role VALUES ('01a20b11-1a80-7ef2-8e8f-8faad4ee48a2', '01a20b11-1a80-77e0-b024-a0f3c92705df', 'lawyer', '01a20b11-1a80-7237-b52a-e96d3e6ed99b', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', 1795482000000000, NULL, NULL);
INSERT INTO public.role VALUES ('01a20b11-1a80-73ba-bf55-80de29f232ac', '01a20b11-1a80-77e3-bbfe-1721248abf3b', 'care-worker', '01a20b11-1a80-7848-8c08-228a4a456c1f', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', 1795482000000000, NULL, NULL);
INSERT INTO public.space VALUES ('01a20b11-1a80-7fc5-bda8-57fe757d37d5', '01a20b11-1a80-71ec-aaa2-6b8744d3bfb6', '{"en": "Activity room", "zh": "活动室"}', 20, '2号楼 3层', 'room', '["projector"]', 2, '{"quota": {"week_hours": null, "month_hours": null, "week_bookings": null, "month_bookings": null}, "open_to": ["community"], "approval": false, "max_minutes": 240, "min_minutes": 30, "horizon_days": 90, "step_minutes": 30, "buffer_minutes": 0, "notice_minutes": 0}', NULL);
INSERT INTO public.space_hours VALUES ('01a20b11-1a80-7a04-8f8b-e29d0d0e1385', '01a20b11-1a80-7fc5-bda8-57fe757d37d5', '{"days": {"rule": "FREQ=DAILY", "first": "2026-01-01", "except": []}, "holidays": "ignore", "to_minute": 1320, "from_minute": 480}');
INSERT INTO public.space_turn VALUES ('01a20b11-1a80-7fc5-bda8-57fe757d37d5', 1);
INSERT INTO public.working_hours VALUES ('01a20b11-1a80-7fc4-be78-7d8071464c35', '01a20b11-1a80-70f3-a6fc-5d1b1e096afb', '{"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "first": "2026-01-01", "except": []}', 540, 1020, 'observe');
ALTER TABLE ONLY public._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_login_key UNIQUE (login);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (person_id);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_pkey PRIMARY KEY (installation_id, person_id, key);
ALTER TABLE ONLY public.appointment_change
    ADD CONSTRAINT appointment_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.appointment_waiting
    ADD CONSTRAINT appointment_waiting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_pkey PRIMARY KEY (session_id, enrolment_id);
ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_link
    ADD CONSTRAINT audit_link_audit_id_key UNIQUE (audit_id);
ALTER TABLE ONLY public.audit_link
    ADD CONSTRAINT audit_link_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.birthday_run
    ADD CONSTRAINT birthday_run_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.blackout_conflict
    ADD CONSTRAINT blackout_conflict_pkey PRIMARY KEY (blackout_id, booking_id);
ALTER TABLE ONLY public.blackout
    ADD CONSTRAINT blackout_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.blackout_range
    ADD CONSTRAINT blackout_range_pkey PRIMARY KEY (blackout_id, starts);
ALTER TABLE ONLY public.booking_change
    ADD CONSTRAINT booking_change_pkey PRIMARY KEY (booking_id, sequence);
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.booking_series
    ADD CONSTRAINT booking_series_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.calendar_day
    ADD CONSTRAINT calendar_day_pkey PRIMARY KEY (calendar_id, day);
ALTER TABLE ONLY public.calendar
    ADD CONSTRAINT calendar_organisation_id_community_id_holder_id_role_key UNIQUE (organisation_id, community_id, holder_id, role);
ALTER TABLE ONLY public.calendar
    ADD CONSTRAINT calendar_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.calendar_turn
    ADD CONSTRAINT calendar_turn_pkey PRIMARY KEY (calendar_id);
ALTER TABLE ONLY public.case_comment
    ADD CONSTRAINT case_comment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.case_counter
    ADD CONSTRAINT case_counter_pkey PRIMARY KEY (community_id, year);
ALTER TABLE ONLY public.case_details
    ADD CONSTRAINT case_details_pkey PRIMARY KEY (case_id);
ALTER TABLE ONLY public.case_event
    ADD CONSTRAINT case_event_pkey PRIMARY KEY (case_id, version);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_community_id_year_number_key UNIQUE (community_id, year, number);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.case_handover
    ADD CONSTRAINT case_handover_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.case_party
    ADD CONSTRAINT case_party_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.case_rating
    ADD CONSTRAINT case_rating_pkey PRIMARY KEY (case_id, round, person_id);
ALTER TABLE ONLY public.case_type
    ADD CONSTRAINT case_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.community
    ADD CONSTRAINT community_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.community
    ADD CONSTRAINT community_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.component
    ADD CONSTRAINT component_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (person_id);
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.course_load
    ADD CONSTRAINT course_load_pkey PRIMARY KEY (course_id);
ALTER TABLE ONLY public.course
    ADD CONSTRAINT course_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.course_session
    ADD CONSTRAINT course_session_course_id_starts_key UNIQUE (course_id, starts);
ALTER TABLE ONLY public.course_session
    ADD CONSTRAINT course_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.course_staff
    ADD CONSTRAINT course_staff_pkey PRIMARY KEY (course_id, person_id);
ALTER TABLE ONLY public.delegation
    ADD CONSTRAINT delegation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.disclosure
    ADD CONSTRAINT disclosure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.district
    ADD CONSTRAINT district_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.emergency
    ADD CONSTRAINT emergency_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.enrolment_change
    ADD CONSTRAINT enrolment_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.failure
    ADD CONSTRAINT failure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT grid_community_id_name_key UNIQUE (community_id, name);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT grid_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.host_key
    ADD CONSTRAINT host_key_pkey PRIMARY KEY (kind, version);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT household_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_plugin_community_id_key UNIQUE (plugin, community_id);
ALTER TABLE ONLY public.login_failure
    ADD CONSTRAINT login_failure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.need
    ADD CONSTRAINT need_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.need_version
    ADD CONSTRAINT need_version_need_id_version_key UNIQUE (need_id, version);
ALTER TABLE ONLY public.need_version
    ADD CONSTRAINT need_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT no_double_booking EXCLUDE USING gist (calendar_id WITH =, int8range(starts, ends) WITH &&) WHERE (((state <> 'cancelled'::text) AND (capacity = 1)));
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.pending_form
    ADD CONSTRAINT pending_form_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.plugin_log
    ADD CONSTRAINT plugin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.publisher_key
    ADD CONSTRAINT publisher_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.record
    ADD CONSTRAINT record_pkey PRIMARY KEY (installation_id, collection, key);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_plugin_version_key UNIQUE (plugin, version);
ALTER TABLE ONLY public.restriction
    ADD CONSTRAINT restriction_pkey PRIMARY KEY (resident_id, plugin);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roll_building
    ADD CONSTRAINT roll_building_pkey PRIMARY KEY (roll_id, id);
ALTER TABLE ONLY public.roll_household
    ADD CONSTRAINT roll_household_pkey PRIMARY KEY (roll_id, id);
ALTER TABLE ONLY public.roll_need
    ADD CONSTRAINT roll_need_pkey PRIMARY KEY (roll_id, resident_id, code);
ALTER TABLE ONLY public.roll
    ADD CONSTRAINT roll_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roll_row
    ADD CONSTRAINT roll_row_pkey PRIMARY KEY (roll_id, person_id);
ALTER TABLE ONLY public.roll_segment
    ADD CONSTRAINT roll_segment_pkey PRIMARY KEY (roll_id, resident_id, code);
ALTER TABLE ONLY public.segment
    ADD CONSTRAINT segment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session_staff
    ADD CONSTRAINT session_staff_pkey PRIMARY KEY (session_id, person_id);
ALTER TABLE ONLY public.space_exception
    ADD CONSTRAINT space_exception_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.space_hours
    ADD CONSTRAINT space_hours_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT space_is_full EXCLUDE USING gist (space_id WITH =, int8range(starts, blocked_until) WITH &&) WHERE ((alone AND (state = ANY (ARRAY['held'::text, 'requested'::text, 'booked'::text]))));
ALTER TABLE ONLY public.space
    ADD CONSTRAINT space_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.space_turn
    ADD CONSTRAINT space_turn_pkey PRIMARY KEY (space_id);
ALTER TABLE ONLY public.special_day
    ADD CONSTRAINT special_day_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.stay
    ADD CONSTRAINT stay_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.subdistrict
    ADD CONSTRAINT subdistrict_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.subdistrict
    ADD CONSTRAINT subdistrict_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.timer
    ADD CONSTRAINT timer_pkey PRIMARY KEY (installation_id, key);
ALTER TABLE ONLY public.topic_cursor
    ADD CONSTRAINT topic_cursor_pkey PRIMARY KEY (subscriber_id, name);
ALTER TABLE ONLY public.topic_message
    ADD CONSTRAINT topic_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.topic_message
    ADD CONSTRAINT topic_message_position_key UNIQUE ("position");
ALTER TABLE ONLY public.waiting
    ADD CONSTRAINT waiting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.working_hours
    ADD CONSTRAINT working_hours_pkey PRIMARY KEY (id);
CREATE INDEX answer_of_person ON public.answer USING btree (person_id);
CREATE INDEX appointment_by_age ON public.appointment USING btree (ends);
CREATE INDEX appointment_change_of_appointment ON public.appointment_change USING btree (appointment_id, at);
CREATE INDEX appointment_held ON public.appointment USING btree (held_until) WHERE (state = 'held'::text);
CREATE INDEX appointment_of_calendar ON public.appointment USING btree (calendar_id, starts, ends);
CREATE INDEX appointment_of_resident ON public.appointment USING btree (resident_id, installation_id, ends);
CREATE INDEX appointment_waiting_by_age ON public.appointment_waiting USING btree (joined);
CREATE UNIQUE INDEX appointment_waiting_live ON public.appointment_waiting USING btree (resident_id, installation_id, day, service) WHERE (state = ANY (ARRAY['waiting'::text, 'offered'::text]));
CREATE INDEX appointment_waiting_of_appointment ON public.appointment_waiting USING btree (appointment_id) WHERE (appointment_id IS NOT NULL);
CREATE INDEX appointment_waiting_of_calendar ON public.appointment_waiting USING btree (calendar_id);
CREATE INDEX appointment_waiting_of_installation ON public.appointment_waiting USING btree (installation_id);
CREATE INDEX appointment_waiting_turn ON public.appointment_waiting USING btree (organisation_id, community_id, role, day, joined, id) WHERE (state = 'waiting'::text);
CREATE INDEX attendance_of_enrolment ON public.attendance USING btree (enrolment_id);
CREATE INDEX audit_by_time ON public.audit USING btree (at);
CREATE INDEX audit_for ON public.audit USING btree (((detail ->> 'for'::text)));
CREATE INDEX audit_of_actor ON public.audit USING btree (actor_id) WHERE (actor_id IS NOT NULL);
CREATE INDEX audit_of_object ON public.audit USING btree (object);
CREATE INDEX audit_of_subject ON public.audit USING btree (subject_id) WHERE (subject_id IS NOT NULL);
CREATE INDEX audit_unlinked ON public.audit USING btree (at, id) WHERE (NOT linked);
CREATE INDEX blackout_conflict_of_booking ON public.blackout_conflict USING btree (booking_id) WHERE (state = 'pending'::text);
CREATE INDEX blackout_conflict_pending ON public.blackout_conflict USING btree (blackout_id, starts, booking_id) WHERE (state = 'pending'::text);
CREATE INDEX blackout_of_space ON public.blackout USING btree (space_id, made, id);
CREATE INDEX blackout_range_of_space ON public.blackout_range USING btree (space_id, ends, starts);
CREATE INDEX booking_by_age ON public.booking USING btree (ends);
CREATE INDEX booking_ending ON public.booking USING btree (ends) WHERE (state = ANY (ARRAY['requested'::text, 'booked'::text]));
CREATE INDEX booking_held ON public.booking USING btree (expires) WHERE (state = 'held'::text);
CREATE INDEX booking_live ON public.booking USING btree (space_id, starts, blocked_until) WHERE (state = ANY (ARRAY['held'::text, 'requested'::text, 'booked'::text]));
CREATE INDEX booking_of_organisation ON public.booking USING btree (organisation_id, starts, id);
CREATE INDEX booking_of_resident ON public.booking USING btree (resident_id, starts, id);
CREATE INDEX booking_of_series ON public.booking USING btree (series_id, starts);
CREATE INDEX booking_of_space ON public.booking USING btree (space_id, starts, id);
CREATE INDEX booking_requested ON public.booking USING btree (space_id, starts, id) WHERE (state = 'requested'::text);
CREATE INDEX booking_series_of_organisation ON public.booking_series USING btree (organisation_id);
CREATE INDEX booking_series_of_resident ON public.booking_series USING btree (resident_id);
CREATE INDEX booking_series_of_space ON public.booking_series USING btree (space_id);
CREATE UNIQUE INDEX building_of_community ON public.building USING btree (community_id, name);
CREATE INDEX building_of_grid ON public.building USING btree (grid_id, name);
CREATE INDEX calendar_of_holder ON public.calendar USING btree (holder_id);
CREATE INDEX case_merged_into ON public.case_file USING btree (merged_into) WHERE (merged_into IS NOT NULL);
CREATE INDEX case_of_assignee ON public.case_file USING btree (assignee_id) WHERE (assignee_id IS NOT NULL);
CREATE INDEX case_of_building ON public.case_file USING btree (building_id) WHERE (building_id IS NOT NULL);
CREATE INDEX case_of_district ON public.case_file USING btree (next_due, id) WHERE (live AND ((office = 'district'::text) OR (level = 'district'::text)));
CREATE INDEX case_of_installation ON public.case_file USING btree (installation_id) WHERE (installation_id IS NOT NULL);
CREATE INDEX case_of_parent ON public.case_file USING btree (parent_id, live) WHERE (parent_id IS NOT NULL);
CREATE INDEX case_of_space ON public.case_file USING btree (space_id) WHERE (space_id IS NOT NULL);
CREATE INDEX case_of_type ON public.case_file USING btree (type_id);
CREATE INDEX case_opened_for ON public.case_file USING btree (opened_for, live, installation_id) WHERE (opened_for IS NOT NULL);
CREATE INDEX case_party_brought ON public.case_party USING btree (brought_by) WHERE (brought_by IS NOT NULL);
CREATE INDEX case_party_of_case ON public.case_party USING btree (case_id, added, id);
CREATE INDEX case_party_of_organisation ON public.case_party USING btree (organisation_id) WHERE (organisation_id IS NOT NULL);
CREATE INDEX case_party_of_person ON public.case_party USING btree (person_id, case_id) WHERE ((removed IS NULL) AND (person_id IS NOT NULL));
CREATE UNIQUE INDEX case_party_once ON public.case_party USING btree (case_id, person_id, role) WHERE ((removed IS NULL) AND (person_id IS NOT NULL));
CREATE UNIQUE INDEX case_party_organisation_once ON public.case_party USING btree (case_id, organisation_id, role) WHERE ((removed IS NULL) AND (organisation_id IS NOT NULL));
CREATE UNIQUE INDEX case_party_owns_once ON public.case_party USING btree (case_id, person_id) WHERE ((removed IS NULL) AND (person_id IS NOT NULL) AND (role = ANY (ARRAY['reporter'::text, 'subject'::text])));
CREATE INDEX case_state_of_community ON public.case_file USING btree (community_id, state, next_due, id);
CREATE INDEX case_state_of_organisation ON public.case_file USING btree (organisation_id, community_id, state, next_due, id) WHERE (organisation_id IS NOT NULL);
CREATE INDEX case_to_wake ON public.case_file USING btree (wake, id) WHERE (wake IS NOT NULL);
CREATE UNIQUE INDEX case_type_of_community ON public.case_type USING btree (community_id, code) WHERE (community_id IS NOT NULL);
CREATE UNIQUE INDEX case_type_of_district ON public.case_type USING btree (code) WHERE ((community_id IS NULL) AND (installation_id IS NULL));
CREATE UNIQUE INDEX case_type_of_installation ON public.case_type USING btree (installation_id, code) WHERE (installation_id IS NOT NULL);
CREATE INDEX case_work_of_community ON public.case_file USING btree (community_id, next_due, id) WHERE live;
CREATE INDEX case_work_of_organisation ON public.case_file USING btree (organisation_id, community_id, next_due, id) WHERE live;
CREATE INDEX comment_of_case ON public.case_comment USING btree (case_id, at, id);
CREATE INDEX comment_of_case_for_residents ON public.case_comment USING btree (case_id, at, id) WHERE (kind <> 'internal'::text);
CREATE INDEX comment_of_resident ON public.case_comment USING btree (resident_id) WHERE (resident_id IS NOT NULL);
CREATE INDEX community_of_subdistrict ON public.community USING btree (subdistrict_id, slug);
CREATE INDEX consent_by_age ON public.consent USING btree (expires);
CREATE UNIQUE INDEX consent_live ON public.consent USING btree (resident_id, plugin, field) WHERE (withdrawn IS NULL);
CREATE INDEX consent_of_resident ON public.consent USING btree (resident_id, granted, id);
CREATE INDEX correction_of_decider ON public.correction USING btree (decided_by);
CREATE INDEX correction_of_person ON public.correction USING btree (person_id, requested, id);
CREATE INDEX correction_of_requester ON public.correction USING btree (requested_by);
CREATE INDEX correction_to_decide ON public.correction USING btree (community_id, requested, id) WHERE (state = 'waiting'::text);
CREATE UNIQUE INDEX correction_waiting ON public.correction USING btree (person_id, field) WHERE (state = 'waiting'::text);
CREATE INDEX counter_session_by_age ON public.counter_session USING btree (begun);
CREATE INDEX counter_session_of_community ON public.counter_session USING btree (community_id);
CREATE INDEX counter_session_of_resident ON public.counter_session USING btree (resident_id, begun);
CREATE INDEX counter_session_of_staff ON public.counter_session USING btree (staff_id, begun);
CREATE UNIQUE INDEX counter_session_open ON public.counter_session USING btree (staff_id) WHERE (ended IS NULL);
CREATE INDEX course_of_community ON public.course USING btree (community_id, from_day, id);
CREATE INDEX course_of_installation ON public.course USING btree (installation_id);
CREATE INDEX course_of_organisation ON public.course USING btree (organisation_id);
CREATE INDEX course_staff_of_person ON public.course_staff USING btree (person_id);
CREATE INDEX delegation_by_expiry ON public.delegation USING btree (expires, id) WHERE ((revoked IS NULL) AND (expires IS NOT NULL));
CREATE UNIQUE INDEX delegation_live ON public.delegation USING btree (resident_id, delegate_id) WHERE (revoked IS NULL);
CREATE INDEX delegation_of_delegate ON public.delegation USING btree (delegate_id) WHERE (revoked IS NULL);
CREATE INDEX delegation_of_delegate_ever ON public.delegation USING btree (delegate_id, granted);
CREATE INDEX delegation_of_resident_ever ON public.delegation USING btree (resident_id, granted);
CREATE INDEX delivery_by_age ON public.delivery USING btree (created);
CREATE INDEX delivery_dead ON public.delivery USING btree (ended, id) WHERE (state = 'dead'::text);
CREATE INDEX delivery_due ON public.delivery USING btree (next_try, id) WHERE (state = 'waiting'::text);
CREATE INDEX delivery_of_community ON public.delivery USING btree (community_id);
CREATE UNIQUE INDEX delivery_of_notice ON public.delivery USING btree (notice_id, channel) WHERE (notice_id IS NOT NULL);
CREATE INDEX delivery_of_person ON public.delivery USING btree (person_id);
CREATE INDEX delivery_to_print ON public.delivery USING btree (community_id, created, id) WHERE (state = 'printing'::text);
CREATE INDEX disclosure_by_time ON public.disclosure USING btree (at, id);
CREATE INDEX disclosure_of_resident ON public.disclosure USING btree (resident_id, at);
CREATE INDEX duty_by_time ON public.duty USING btree (proposed, id);
CREATE INDEX duty_live ON public.duty USING btree (plugin, expires) WHERE ((confirmed IS NOT NULL) AND (ended IS NULL));
CREATE INDEX duty_of_community ON public.duty USING btree (community_id);
CREATE INDEX duty_of_confirmer ON public.duty USING btree (confirmed_by);
CREATE INDEX duty_of_ender ON public.duty USING btree (ended_by);
CREATE INDEX duty_of_proposer ON public.duty USING btree (proposed_by);
CREATE INDEX emergency_by_time ON public.emergency USING btree (declared, id);
CREATE INDEX emergency_of_declarer ON public.emergency USING btree (declared_by);
CREATE INDEX emergency_of_installation ON public.emergency USING btree (installation_id);
CREATE INDEX emergency_of_resident ON public.emergency USING btree (resident_id, installation_id, closes);
CREATE INDEX emergency_of_reviewer ON public.emergency USING btree (reviewed_by);
CREATE UNIQUE INDEX emergency_unreviewed ON public.emergency USING btree (resident_id, installation_id) WHERE (reviewed IS NULL);
CREATE INDEX enrolment_change_of_enrolment ON public.enrolment_change USING btree (enrolment_id, at);
CREATE INDEX enrolment_ending ON public.enrolment USING btree (to_day) WHERE (state = 'enrolled'::text);
CREATE UNIQUE INDEX enrolment_live ON public.enrolment USING btree (resident_id, course_id) WHERE (state = ANY (ARRAY['waiting'::text, 'offered'::text, 'enrolled'::text]));
CREATE INDEX enrolment_of_course ON public.enrolment USING btree (course_id, joined, id);
CREATE INDEX enrolment_of_resident ON public.enrolment USING btree (resident_id, joined, id);
CREATE INDEX enrolment_offered ON public.enrolment USING btree (offer_until) WHERE (state = 'offered'::text);
CREATE INDEX enrolment_taken ON public.enrolment USING btree (course_id, from_day, to_day) WHERE (state = ANY (ARRAY['offered'::text, 'enrolled'::text]));
CREATE INDEX enrolment_turn ON public.enrolment USING btree (course_id, rank, joined, id) WHERE (state = 'waiting'::text);
CREATE INDEX erasure_by_state ON public.erasure USING btree (state, requested, id);
CREATE INDEX erasure_of_decider ON public.erasure USING btree (decided_by);
CREATE INDEX erasure_of_person ON public.erasure USING btree (person_id, requested, id);
CREATE INDEX erasure_of_requester ON public.erasure USING btree (requested_by);
CREATE UNIQUE INDEX erasure_open ON public.erasure USING btree (person_id) WHERE (state = ANY (ARRAY['requested'::text, 'executing'::text]));
CREATE INDEX failure_by_time ON public.failure USING btree (at, id);
CREATE INDEX failure_of_installation ON public.failure USING btree (installation_id, at);
CREATE UNIQUE INDEX feed_of_person ON public.feed USING btree (person_id) WHERE ((revoked IS NULL) AND (person_id IS NOT NULL));
CREATE UNIQUE INDEX feed_of_space ON public.feed USING btree (space_id) WHERE ((revoked IS NULL) AND (space_id IS NOT NULL));
CREATE INDEX handover_expiry ON public.case_handover USING btree (expires, id) WHERE (state = 'pending'::text);
CREATE INDEX handover_of_case ON public.case_handover USING btree (case_id, asked, id);
CREATE UNIQUE INDEX handover_pending ON public.case_handover USING btree (case_id) WHERE (state = 'pending'::text);
CREATE INDEX handover_to_office ON public.case_handover USING btree (office, community_id, asked, id) WHERE (state = 'pending'::text);
CREATE INDEX handover_to_organisation ON public.case_handover USING btree (organisation_id, community_id, asked, id) WHERE ((state = 'pending'::text) AND (organisation_id IS NOT NULL));
CREATE INDEX hold_live ON public.hold USING btree (person_id) WHERE (lifted IS NULL);
CREATE INDEX hold_of_lifter ON public.hold USING btree (lifted_by);
CREATE INDEX hold_of_person ON public.hold USING btree (person_id, placed);
CREATE INDEX hold_of_placer ON public.hold USING btree (placed_by);
CREATE UNIQUE INDEX host_key_sealing ON public.host_key USING btree (sealing) WHERE sealing;
CREATE UNIQUE INDEX household_has_one_head ON public.person USING btree (household_id) WHERE (relation = 'head'::text);
CREATE UNIQUE INDEX household_of_building ON public.household USING btree (building_id, unit, number);
CREATE INDEX installation_of_community ON public.installation USING btree (community_id);
CREATE INDEX login_failure_of_subject ON public.login_failure USING btree (subject, at);
CREATE INDEX need_of_resident ON public.need USING btree (resident_id, recorded);
CREATE INDEX notice_about_person ON public.notice USING btree (subject_id) WHERE (subject_id IS NOT NULL);
CREATE INDEX notice_by_age ON public.notice USING btree (created);
CREATE INDEX notice_of_origin ON public.notice USING btree (origin_id) WHERE (origin_id IS NOT NULL);
CREATE INDEX notice_of_person ON public.notice USING btree (person_id, created);
CREATE INDEX notice_to_escalate ON public.notice USING btree (escalate_at, id) WHERE (escalate_at IS NOT NULL);
CREATE INDEX notice_unread ON public.notice USING btree (person_id) WHERE (read IS NULL);
CREATE INDEX pending_form_of_person ON public.pending_form USING btree (person_id);
CREATE INDEX person_by_birth ON public.person USING btree (birth_date, id) WHERE (community_id IS NOT NULL);
CREATE UNIQUE INDEX person_by_identity ON public.person USING btree (identity_fingerprint) WHERE (identity_fingerprint IS NOT NULL);
CREATE INDEX person_by_phone ON public.person USING btree (phone_fingerprint, id) WHERE (phone_fingerprint IS NOT NULL);
CREATE INDEX person_of_community ON public.person USING btree (community_id, id);
CREATE INDEX person_of_household ON public.person USING btree (household_id);
CREATE INDEX person_registered_in_household ON public.person USING btree (registered_household_id);
CREATE INDEX plugin_log_by_time ON public.plugin_log USING btree (at, id);
CREATE INDEX plugin_log_of_installation ON public.plugin_log USING btree (installation_id, at);
CREATE UNIQUE INDEX publisher_key_live ON public.publisher_key USING btree (organisation_id, key_id) WHERE (revoked IS NULL);
CREATE INDEX record_about_person ON public.record USING btree (subject_id) WHERE (subject_id IS NOT NULL);
CREATE INDEX record_by_age ON public.record USING btree (installation_id, collection, updated);
CREATE INDEX record_of_subject ON public.record USING btree (installation_id, collection, subject_id, key) WHERE (subject_id IS NOT NULL);
CREATE INDEX role_by_expiry ON public.role USING btree (expires, id) WHERE ((revoked IS NULL) AND (expires IS NOT NULL));
CREATE INDEX role_of_organisation ON public.role USING btree (organisation_id, community_id, code) WHERE (revoked IS NULL);
CREATE INDEX role_of_person ON public.role USING btree (person_id) WHERE (revoked IS NULL);
CREATE INDEX role_of_person_ever ON public.role USING btree (person_id, granted);
CREATE INDEX roll_by_age ON public.roll USING btree (begun);
CREATE INDEX roll_of_community ON public.roll USING btree (community_id);
CREATE UNIQUE INDEX segment_live ON public.segment USING btree (resident_id, code) WHERE (ended IS NULL);
CREATE INDEX segment_of_resident ON public.segment USING btree (resident_id, recorded);
CREATE INDEX session_by_expiry ON public.session USING btree (expires);
CREATE INDEX session_of_person ON public.session USING btree (person_id);
CREATE INDEX session_staff_of_person ON public.session_staff USING btree (person_id);
CREATE INDEX space_exception_of_space ON public.space_exception USING btree (space_id, day);
CREATE INDEX space_hours_of_space ON public.space_hours USING btree (space_id);
CREATE INDEX space_of_community ON public.space USING btree (community_id);
CREATE UNIQUE INDEX stay_now ON public.stay USING btree (person_id) WHERE (until IS NULL);
CREATE INDEX stay_of_community ON public.stay USING btree (community_id);
CREATE INDEX stay_of_household ON public.stay USING btree (household_id);
CREATE INDEX stay_of_person ON public.stay USING btree (person_id, since, id);
CREATE INDEX timer_due ON public.timer USING btree (next_try) WHERE (NOT failed);
CREATE INDEX topic_cursor_of_community ON public.topic_cursor USING btree (community_id);
CREATE INDEX topic_message_of_community ON public.topic_message USING btree (community_id);
CREATE INDEX topic_message_of_subject ON public.topic_message USING btree (subject_id);
CREATE INDEX topic_message_of_topic ON public.topic_message USING btree (name, community_id, "position");
CREATE INDEX topic_message_to_place ON public.topic_message USING btree (at, id) WHERE ("position" IS NULL);
CREATE INDEX waiting_by_age ON public.waiting USING btree (starts);
CREATE INDEX waiting_by_start ON public.waiting USING btree (starts) WHERE (state = 'waiting'::text);
CREATE INDEX waiting_of_booking ON public.waiting USING btree (booking_id) WHERE (booking_id IS NOT NULL);
CREATE INDEX waiting_of_organisation ON public.waiting USING btree (organisation_id, starts, id);
CREATE INDEX waiting_of_resident ON public.waiting USING btree (resident_id, starts, id);
CREATE INDEX waiting_of_space ON public.waiting USING btree (space_id, joined, id) WHERE (state = 'waiting'::text);
CREATE INDEX working_hours_of_calendar ON public.working_hours USING btree (calendar_id);
CREATE TRIGGER appointment_capacity BEFORE INSERT OR UPDATE OF calendar_id, starts, ends, state ON public.appointment FOR EACH ROW EXECUTE FUNCTION public.appointment_capacity();
CREATE TRIGGER attendance_ratio AFTER INSERT OR UPDATE ON public.attendance FOR EACH ROW EXECUTE FUNCTION public.session_ratio();
CREATE TRIGGER booking_concurrency BEFORE INSERT OR UPDATE OF space_id, starts, blocked_until, state, alone ON public.booking FOR EACH ROW EXECUTE FUNCTION public.booking_keeps_concurrency();
CREATE TRIGGER case_file_checked AFTER INSERT OR UPDATE ON public.case_file FOR EACH ROW EXECUTE FUNCTION public.check_case_file();
CREATE TRIGGER case_party_checked AFTER INSERT OR UPDATE ON public.case_party FOR EACH ROW EXECUTE FUNCTION public.check_case_party();
CREATE TRIGGER course_insert AFTER INSERT ON public.course FOR EACH ROW EXECUTE FUNCTION public.course_insert();
CREATE TRIGGER course_places BEFORE UPDATE OF capacity, ratio, staff ON public.course FOR EACH ROW EXECUTE FUNCTION public.course_places();
CREATE TRIGGER course_staff_count AFTER INSERT OR DELETE OR UPDATE ON public.course_staff FOR EACH ROW EXECUTE FUNCTION public.course_staff_count();
CREATE TRIGGER enrolment_places BEFORE INSERT OR DELETE OR UPDATE OF course_id, state, from_day, to_day, weekdays ON public.enrolment FOR EACH ROW EXECUTE FUNCTION public.enrolment_places();
CREATE TRIGGER session_staff_ratio AFTER DELETE ON public.session_staff FOR EACH ROW EXECUTE FUNCTION public.session_ratio();
CREATE TRIGGER space_concurrency AFTER UPDATE OF concurrency ON public.space FOR EACH ROW WHEN ((new.concurrency <> old.concurrency)) EXECUTE FUNCTION public.space_keeps_concurrency();
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES public.calendar(id);
ALTER TABLE ONLY public.appointment_change
    ADD CONSTRAINT appointment_change_appointment_id_fkey FOREIGN KEY (appointment_id) REFERENCES public.appointment(id);
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.appointment_waiting
    ADD CONSTRAINT appointment_waiting_appointment_id_fkey FOREIGN KEY (appointment_id) REFERENCES public.appointment(id);
ALTER TABLE ONLY public.appointment_waiting
    ADD CONSTRAINT appointment_waiting_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES public.calendar(id);
ALTER TABLE ONLY public.appointment_waiting
    ADD CONSTRAINT appointment_waiting_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.appointment_waiting
    ADD CONSTRAINT appointment_waiting_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.appointment_waiting
    ADD CONSTRAINT appointment_waiting_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.appointment_waiting
    ADD CONSTRAINT appointment_waiting_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);
ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.course_session(id);
ALTER TABLE ONLY public.blackout_conflict
    ADD CONSTRAINT blackout_conflict_blackout_id_fkey FOREIGN KEY (blackout_id) REFERENCES public.blackout(id);
ALTER TABLE ONLY public.blackout_conflict
    ADD CONSTRAINT blackout_conflict_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.booking(id);
ALTER TABLE ONLY public.blackout_range
    ADD CONSTRAINT blackout_range_blackout_id_fkey FOREIGN KEY (blackout_id) REFERENCES public.blackout(id);
ALTER TABLE ONLY public.blackout_range
    ADD CONSTRAINT blackout_range_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.blackout
    ADD CONSTRAINT blackout_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.booking_change
    ADD CONSTRAINT booking_change_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.booking(id);
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.booking_series(id);
ALTER TABLE ONLY public.booking_series
    ADD CONSTRAINT booking_series_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.booking_series
    ADD CONSTRAINT booking_series_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.booking_series
    ADD CONSTRAINT booking_series_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES public.grid(id);
ALTER TABLE ONLY public.calendar
    ADD CONSTRAINT calendar_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.calendar_day
    ADD CONSTRAINT calendar_day_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES public.calendar(id);
ALTER TABLE ONLY public.calendar
    ADD CONSTRAINT calendar_holder_id_fkey FOREIGN KEY (holder_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.calendar
    ADD CONSTRAINT calendar_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.calendar_turn
    ADD CONSTRAINT calendar_turn_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES public.calendar(id);
ALTER TABLE ONLY public.case_comment
    ADD CONSTRAINT case_comment_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_comment
    ADD CONSTRAINT case_comment_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.case_counter
    ADD CONSTRAINT case_counter_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.case_details
    ADD CONSTRAINT case_details_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_event
    ADD CONSTRAINT case_event_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.building(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_opened_for_fkey FOREIGN KEY (opened_for) REFERENCES public.person(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_type_id_fkey FOREIGN KEY (type_id) REFERENCES public.case_type(id);
ALTER TABLE ONLY public.case_handover
    ADD CONSTRAINT case_handover_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_handover
    ADD CONSTRAINT case_handover_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.case_handover
    ADD CONSTRAINT case_handover_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.case_party
    ADD CONSTRAINT case_party_brought_by_fkey FOREIGN KEY (brought_by) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_party
    ADD CONSTRAINT case_party_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_party
    ADD CONSTRAINT case_party_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.case_party
    ADD CONSTRAINT case_party_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.case_rating
    ADD CONSTRAINT case_rating_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.case_file(id);
ALTER TABLE ONLY public.case_rating
    ADD CONSTRAINT case_rating_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.case_type
    ADD CONSTRAINT case_type_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.case_type
    ADD CONSTRAINT case_type_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.community
    ADD CONSTRAINT community_subdistrict_id_fkey FOREIGN KEY (subdistrict_id) REFERENCES public.subdistrict(id);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.course
    ADD CONSTRAINT course_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.course
    ADD CONSTRAINT course_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.course_load
    ADD CONSTRAINT course_load_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.course(id);
ALTER TABLE ONLY public.course
    ADD CONSTRAINT course_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.course_session
    ADD CONSTRAINT course_session_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.course(id);
ALTER TABLE ONLY public.course_staff
    ADD CONSTRAINT course_staff_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.course(id);
ALTER TABLE ONLY public.course_staff
    ADD CONSTRAINT course_staff_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.delegation
    ADD CONSTRAINT delegation_delegate_id_fkey FOREIGN KEY (delegate_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.delegation
    ADD CONSTRAINT delegation_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.notice(id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.emergency
    ADD CONSTRAINT emergency_declared_by_fkey FOREIGN KEY (declared_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.emergency
    ADD CONSTRAINT emergency_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.emergency
    ADD CONSTRAINT emergency_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.emergency
    ADD CONSTRAINT emergency_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.enrolment_change
    ADD CONSTRAINT enrolment_change_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_course_id_fkey FOREIGN KEY (course_id) REFERENCES public.course(id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT grid_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_placed_by_fkey FOREIGN KEY (placed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT household_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.building(id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);
ALTER TABLE ONLY public.need
    ADD CONSTRAINT need_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.need_version
    ADD CONSTRAINT need_version_need_id_fkey FOREIGN KEY (need_id) REFERENCES public.need(id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_origin_id_fkey FOREIGN KEY (origin_id) REFERENCES public.notice(id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.pending_form
    ADD CONSTRAINT pending_form_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.household(id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_registered_household_id_fkey FOREIGN KEY (registered_household_id) REFERENCES public.household(id);
ALTER TABLE ONLY public.publisher_key
    ADD CONSTRAINT publisher_key_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.record
    ADD CONSTRAINT record_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.record
    ADD CONSTRAINT record_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_digest_fkey FOREIGN KEY (digest) REFERENCES public.component(digest);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.restriction
    ADD CONSTRAINT restriction_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.roll_building
    ADD CONSTRAINT roll_building_roll_id_fkey FOREIGN KEY (roll_id) REFERENCES public.roll(id);
ALTER TABLE ONLY public.roll
    ADD CONSTRAINT roll_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.roll_household
    ADD CONSTRAINT roll_household_roll_id_fkey FOREIGN KEY (roll_id) REFERENCES public.roll(id);
ALTER TABLE ONLY public.roll_need
    ADD CONSTRAINT roll_need_roll_id_fkey FOREIGN KEY (roll_id) REFERENCES public.roll(id);
ALTER TABLE ONLY public.roll_row
    ADD CONSTRAINT roll_row_roll_id_fkey FOREIGN KEY (roll_id) REFERENCES public.roll(id);
ALTER TABLE ONLY public.roll_segment
    ADD CONSTRAINT roll_segment_roll_id_fkey FOREIGN KEY (roll_id) REFERENCES public.roll(id);
ALTER TABLE ONLY public.segment
    ADD CONSTRAINT segment_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.session_staff
    ADD CONSTRAINT session_staff_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.session_staff
    ADD CONSTRAINT session_staff_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.course_session(id);
ALTER TABLE ONLY public.space
    ADD CONSTRAINT space_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.space_exception
    ADD CONSTRAINT space_exception_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.space_hours
    ADD CONSTRAINT space_hours_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.space_turn
    ADD CONSTRAINT space_turn_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.stay
    ADD CONSTRAINT stay_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.stay
    ADD CONSTRAINT stay_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.household(id);
ALTER TABLE ONLY public.stay
    ADD CONSTRAINT stay_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.timer
    ADD CONSTRAINT timer_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES public.installation(id);
ALTER TABLE ONLY public.topic_cursor
    ADD CONSTRAINT topic_cursor_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.topic_message
    ADD CONSTRAINT topic_message_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.topic_message
    ADD CONSTRAINT topic_message_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.waiting
    ADD CONSTRAINT waiting_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.booking(id);
ALTER TABLE ONLY public.waiting
    ADD CONSTRAINT waiting_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id);
ALTER TABLE ONLY public.waiting
    ADD CONSTRAINT waiting_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.waiting
    ADD CONSTRAINT waiting_space_id_fkey FOREIGN KEY (space_id) REFERENCES public.space(id);
ALTER TABLE ONLY public.working_hours
    ADD CONSTRAINT working_hours_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES public.calendar(id);
