DROP TABLE identity_verifications, refresh_tokens, sessions, accounts, registrations;
