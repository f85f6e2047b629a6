-- The siblings of a leaf are looked up one by one. Joined freely, a plan that was made while the log was empty read all of
-- its nodes for each certificate: half a second of a core among 120,000 of them, until the table was analysed.
CREATE OR REPLACE VIEW certificate_log AS
    SELECT c.id AS certificate_id, c.issued_at, b.began_at,
        EXISTS (SELECT FROM log_leaves e WHERE e.certificate_id = c.id AND e.kind <> 'certificate_issued') AS end_logged,
        l.leaf_index, l.commitment, l.salt, l.rest, k.size, k.note, k.subtrees,
        -- Its siblings up to the complete subtree that it is in: where its path leaves that of the tree's size.
        ARRAY(SELECT n.hash FROM generate_series(0, 61) AS g (level)
            CROSS JOIN LATERAL (SELECT hash FROM log_nodes
                WHERE position = (((((l.leaf_index >> g.level) # 1) * 2) + 1) << g.level) - 1 LIMIT 1) n
            WHERE l.leaf_index >> (g.level + 1) <> k.size >> (g.level + 1)
            ORDER BY g.level) AS siblings
    FROM certificates c
    CROSS JOIN log_beginning b
    LEFT JOIN LATERAL (SELECT leaf_index, commitment, salt, rest FROM log_leaves
        WHERE certificate_id = c.id AND kind = 'certificate_issued' LIMIT 1) l ON true
    LEFT JOIN LATERAL (SELECT size, note, subtrees FROM log_checkpoints ORDER BY size DESC LIMIT 1) k ON true;
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000450', '20261127000001');
