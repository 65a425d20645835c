
CREATE FUNCTION login_code_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.used IS NOT NULL OR NEW.attempts < OLD.attempts OR NEW.expires > OLD.expires THEN
    RAISE EXCEPTION 'login_code_once' USING ERRCODE = 'check_violation', CONSTRAINT = 'login_code_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER login_code_once BEFORE UPDATE ON login_code FOR EACH ROW EXECUTE FUNCTION login_code_once();
CREATE FUNCTION invitation_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.accepted IS NOT NULL AND (NEW.accepted IS NULL OR NEW.accepted_by <> OLD.accepted_by))
    OR (OLD.revoked IS NOT NULL AND NEW.revoked IS NULL)
    OR NEW.role <> OLD.role OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id
    OR NEW.community_id IS DISTINCT FROM OLD.community_id
    OR NEW.code_hash <> OLD.code_hash OR NEW.expires > OLD.expires THEN
    RAISE EXCEPTION 'invitation_once' USING ERRCODE = 'check_violation', CONSTRAINT = 'invitation_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invitation_once BEFORE UPDATE ON invitation FOR EACH ROW EXECUTE FUNCTION invitation_once();
