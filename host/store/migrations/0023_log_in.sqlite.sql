
CREATE TRIGGER login_code_once BEFORE UPDATE ON login_code
WHEN OLD.used IS NOT NULL OR NEW.attempts < OLD.attempts OR NEW.expires > OLD.expires
BEGIN SELECT RAISE(ABORT, 'login_code_once'); END;
CREATE TRIGGER invitation_once BEFORE UPDATE ON invitation
WHEN (OLD.accepted IS NOT NULL AND (NEW.accepted IS NULL OR NEW.accepted_by <> OLD.accepted_by))
  OR (OLD.revoked IS NOT NULL AND NEW.revoked IS NULL)
  OR NEW.role <> OLD.role OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.community_id IS NOT OLD.community_id
  OR NEW.code_hash <> OLD.code_hash OR NEW.expires > OLD.expires
BEGIN SELECT RAISE(ABORT, 'invitation_once'); END;
