DELETE FROM jobs USING bench.mail WHERE kind = 'mail' AND jobs.payload = mail.payload
