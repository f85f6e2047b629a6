DELETE FROM schema_compatibility WHERE version = '20261129000320';
ALTER TABLE oauth_requests DROP COLUMN logged_in_by, DROP COLUMN second_factor;
ALTER TABLE redirect_logins DROP COLUMN on_log_in_page, DROP COLUMN oauth_request_id;
