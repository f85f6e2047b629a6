//! The mails that people got, found by whom they are for and by their subject.

use serde_json::Value;

use super::answer::json_of;
use super::house::House;
use super::until::{until, until_some};

/// The subjects, in Romanian where nothing else is said.
pub mod subject {
    pub const ACCOUNT_DELETED: &str = "Contul a fost șters";
    pub const ACCOUNT_EXISTS: &str = "Aveți deja un cont";
    pub const ACTIVATION_CODE: &str = "Codul dumneavoastră de activare";
    pub const ADDRESS_ASKED: &str = "Adresa contului va fi schimbată";
    pub const ADDRESS_CHANGED: &str = "Adresa contului a fost schimbată";
    pub const ADDRESS_NOT_CHANGED: &str = "Adresa contului nu a fost schimbată";
    pub const APPLICATION_REFUSED: &str = "Cererea nu a putut fi aprobată";
    pub const APPLICATION_REGISTERED: &str = "Cererea este înregistrată";
    pub const APPLICATION_UNDER_REVIEW: &str = "Cererea este analizată de un ofițer";
    pub const CERTIFICATE_READY: &str = "Certificatul este gata";
    pub const CERTIFICATE_READY_EN: &str = "Your certificate is ready";
    pub const CERTIFICATE_REVOKED: &str = "Un certificat a fost revocat";
    pub const CERTIFICATE_SUPERSEDED: &str = "Un certificat a fost înlocuit";
    pub const CODES_BLOCKED: &str = "Coduri greșite, de multe ori";
    pub const CONFIRM_NEW_ADDRESS: &str = "Confirmați noua adresă de e-mail";
    pub const CONFIRM_ADDRESS: &str = "Confirmați adresa de e-mail";
    pub const DATA_EXPORTED: &str = "Datele dumneavoastră au fost descărcate";
    pub const IDENTITY_GONE: &str = "Contul nu mai este verificat";
    pub const IDENTITY_REJECTED: &str = "Identitatea nu a fost verificată";
    pub const IDENTITY_VERIFIED: &str = "Identitatea a fost verificată";
    pub const MANDATE_CONFIRMED: &str = "Mandatul este confirmat";
    pub const MANDATE_ENDED: &str = "Mandatul a încetat";
    pub const NEW_LOG_IN: &str = "Autentificare nouă în cont";
    pub const PASSWORD_CHANGED: &str = "Parola a fost schimbată";
    pub const PASSWORD_RESET: &str = "Alegeți o parolă nouă";
    pub const PHONE_CHANGED: &str = "Numărul de telefon a fost schimbat";
    pub const RECOVERY_CODES: &str = "Coduri de rezervă noi";
    pub const REQUEST_ANSWERED_EN: &str = "Answer to your request";
    pub const REQUEST_RECEIVED: &str = "Am primit solicitarea dumneavoastră";
    pub const REQUEST_RECEIVED_EN: &str = "We have received your request";
    pub const SECOND_FACTOR_ACTIVE: &str = "Al doilea factor este activ";
    pub const SECOND_FACTOR_RESET: &str = "Al doilea factor va fi eliminat";
    pub const SECOND_FACTOR_STAYS: &str = "Al doilea factor rămâne activ";
    pub const SECOND_FACTOR_REMOVED: &str = "Al doilea factor a fost eliminat";
    pub const SESSION_ENDED: &str = "O sesiune a fost încheiată";
    pub const SESSIONS_ENDED: &str = "Sesiunile au fost încheiate";
    pub const STAFF_ACCOUNT_EN: &str = "Your staff account";
}

/// A mail as it was delivered.
#[derive(Debug, Clone)]
pub struct Mail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Mail {
    /// The token of its link.
    pub fn token(&self) -> String {
        self.text.lines().find_map(|line| line.split("token=").nth(1)).unwrap().to_owned()
    }

    pub fn contains(&self, words: &str) -> bool {
        self.text.contains(words)
    }
}

/// Mails that are not delivered yet, and work that is asked for and ends in one.
const WAITING: &str = "SELECT count(*) FROM jobs
    WHERE kind IN ('mail', 'password_reset') AND dead_at IS NULL AND run_at <= now()";

/// The newest mail to an address with this subject: everything that was asked for before this call is delivered first.
pub async fn mail_to(house: &House, email: &str, subject: &str) -> Mail {
    let what = format!("{subject:?} to {email}");
    until_some(&what, async || mails_to(house, email).await.into_iter().find(|mail| mail.subject == subject))
        .await
}

/// All mails to an address, the newest first: everything that was asked for before this call is delivered first.
pub async fn mails_to(house: &House, email: &str) -> Vec<Mail> {
    until("all mails are delivered", || house.database.count(WAITING) == 0).await;
    let mailbox = json_of(house.get(&format!("/sandbox/mailbox?to={email}")).await, 200).await;
    let text = |mail: &Value, name: &str| mail[name].as_str().unwrap().to_owned();
    let read = |mail: &Value| Mail {
        subject: text(mail, "subject"),
        text: text(mail, "text"),
        html: text(mail, "html"),
    };
    mailbox["items"].as_array().unwrap().iter().map(read).collect()
}
