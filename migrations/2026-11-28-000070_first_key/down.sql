DELETE FROM schema_compatibility WHERE version = '20261128000070';
DROP TRIGGER seal_keys_first ON seal_keys;
DROP FUNCTION refuse_later_key();
