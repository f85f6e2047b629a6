// @generated automatically by Diesel CLI.

pub mod registry {
    diesel::table! {
        registry.civil_status (person_index) {
            person_index -> Bytea,
            id -> Uuid,
            record -> Bytea,
            as_of -> Timestamptz,
        }
    }

    diesel::table! {
        registry.criminal_records (id) {
            id -> Uuid,
            person_index -> Bytea,
            entry -> Bytea,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(civil_status, criminal_records,);
}
