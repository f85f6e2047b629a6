DROP TABLE certificate_checks, certificates, application_events, applications;
