), certificate AS (
    INSERT INTO certificates (id, application_id, owner_index, registration_number, person_index,
        control_code_index, control_code, service, reason, finding, issued_at, issued_on, valid_until,
        payload, cades, jades, signer_fingerprint, facts_mac, status_mac, extract)
    SELECT certificate_id, issued.id, issued.owner_index, registration_number, issued.person_index,
        control_code_index, control_code, issued.service, issued.reason, finding, now, issued_on, valid_until,
        payload, cades, jades, signer_fingerprint, facts_mac, status_mac, extract
    FROM issued JOIN input ON application_id = issued.id
)
