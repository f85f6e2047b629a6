DROP TRIGGER certificates_signer_active ON certificates;
DROP FUNCTION refuse_inactive_signer;
DROP TABLE installation, seal_keys;
