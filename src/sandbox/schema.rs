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
}
