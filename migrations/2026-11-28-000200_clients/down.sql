DELETE FROM schema_compatibility WHERE version = '20261128000200';
DROP TABLE client_secrets;
DROP TABLE clients;
