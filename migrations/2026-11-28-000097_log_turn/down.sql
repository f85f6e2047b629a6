DELETE FROM schema_compatibility WHERE version = '20261128000097';
DROP TABLE log_turn;
