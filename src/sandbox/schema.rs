// @generated automatically by Diesel CLI.

pub mod sandbox {
    diesel::table! {
        sandbox.mails (id) {
            id -> Uuid,
            message_id -> Text,
            to_index -> Bytea,
            mail -> Bytea,
            sent_at -> Timestamptz,
        }
    }

    diesel::table! {
        sandbox.outages (register) {
            register -> Text,
            until -> Timestamptz,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(mails, outages,);
}
