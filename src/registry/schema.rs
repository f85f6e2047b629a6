// @generated automatically by Diesel CLI.

pub mod registry {
    diesel::table! {
        registry.civil_status (person_index) {
            person_index -> Bytea,
            id -> Uuid,
            record -> Nullable<Bytea>,
            as_of -> Timestamptz,
            unreadable -> Nullable<Text>,
        }
    }

    diesel::table! {
        registry.companies (company_index) {
            company_index -> Bytea,
            id -> Uuid,
            record -> Nullable<Bytea>,
            as_of -> Timestamptz,
            unreadable -> Nullable<Text>,
        }
    }

    diesel::table! {
        registry.company_criminal_records (id) {
            id -> Uuid,
            company_index -> Bytea,
            entry -> Nullable<Bytea>,
            unreadable -> Nullable<Text>,
        }
    }

    diesel::table! {
        registry.criminal_records (id) {
            id -> Uuid,
            person_index -> Bytea,
            entry -> Nullable<Bytea>,
            unreadable -> Nullable<Text>,
        }
    }

    diesel::table! {
        registry.imports (id) {
            id -> Uuid,
            register -> Text,
            file_digest -> Bytea,
            file_bytes -> Int8,
            records -> Int8,
            loaded -> Int8,
            refused -> Int8,
            report_bytes -> Int8,
            started_at -> Timestamptz,
            switched_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        registry.registers (register) {
            register -> Text,
            rows -> Int8,
            as_of -> Timestamptz,
            index_key_digest -> Bytea,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(
        civil_status,
        companies,
        company_criminal_records,
        criminal_records,
        imports,
        registers,
    );
}
