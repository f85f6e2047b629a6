DELETE FROM schema_compatibility WHERE version = '20261129000450';
CREATE OR REPLACE VIEW certificate_log AS
    SELECT c.id AS certificate_id, c.issued_at, b.began_at,
        EXISTS (SELECT FROM log_leaves e WHERE e.certificate_id = c.id AND e.kind <> 'certificate_issued') AS end_logged,
        l.leaf_index, l.commitment, l.salt, l.rest, k.size, k.note, k.subtrees,
        -- Its siblings up to the complete subtree that it is in: where its path leaves that of the tree's size.
        ARRAY(SELECT n.hash FROM generate_series(0, 61) AS g (level)
            JOIN log_nodes n ON n.position = (((((l.leaf_index >> g.level) # 1) * 2) + 1) << g.level) - 1
            WHERE l.leaf_index >> (g.level + 1) <> k.size >> (g.level + 1)
            ORDER BY g.level) AS siblings
    FROM certificates c
    CROSS JOIN log_beginning b
    LEFT JOIN log_leaves l ON l.certificate_id = c.id AND l.kind = 'certificate_issued'
    LEFT JOIN LATERAL (SELECT size, note, subtrees FROM log_checkpoints ORDER BY size DESC LIMIT 1) k ON true;
