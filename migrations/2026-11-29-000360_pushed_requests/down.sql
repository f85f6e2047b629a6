DELETE FROM schema_compatibility WHERE version = '20261129000360';
DROP TABLE oauth_pushed_requests;
