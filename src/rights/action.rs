//! What is done to a person's data, in the words of the audit log and in words for the person.

use crate::http::Locale;
use crate::text::coded;

macro_rules! actions {
    ($($variant:ident $code:tt ro: $ro:literal; en: $en:literal;)*) => {
        coded! {
            /// What was done, and why.
            pub(crate) enum AccessAction {
                $(#[doc = $en] $variant = $code,)*
            }
        }

        impl AccessAction {
            /// Tells what was done and why.
            pub(super) const fn text(self, locale: Locale) -> &'static str {
                match self { $(Self::$variant => locale.pick($ro, $en),)* }
            }
        }
    };
}

actions! {
    AccountCreated "account.created"
        ro: "Contul a fost creat";
        en: "The account was created";
    EmailConfirmed "account.email_confirmed"
        ro: "Adresa de e-mail a fost confirmată";
        en: "The e-mail address was confirmed";
    EmailChangeBegun "email_change.begun"
        ro: "S-a cerut altă adresă de e-mail";
        en: "Another e-mail address was asked for";
    EmailChangeConfirmed "email_change.confirmed"
        ro: "Noua adresă de e-mail a fost confirmată";
        en: "The new e-mail address was confirmed";
    EmailChangeStopped "email_change.stopped"
        ro: "Schimbarea adresei de e-mail a fost oprită";
        en: "The change of the e-mail address was stopped";
    EmailChangeFailed "email_change.failed"
        ro: "Adresa de e-mail nu a fost schimbată, fiindcă aparține altui cont";
        en: "The e-mail address was not changed: another account has it";
    EmailChanged "account.email_changed"
        ro: "Adresa de e-mail a fost schimbată";
        en: "The e-mail address was changed";
    AccountRead "account.read"
        ro: "Contul, cu datele de identitate, a fost afișat";
        en: "The account was shown, with the data of its owner";
    AccountExported "account.exported"
        ro: "Toate datele au fost descărcate";
        en: "All data were downloaded";
    AccountDeleted "account.deleted"
        ro: "Contul a fost șters";
        en: "The account was deleted";
    AccountUpdated "account.updated"
        ro: "Datele de contact au fost schimbate";
        en: "Contact data were changed";
    AccessLogRead "access_log.read"
        ro: "Această listă a fost afișată";
        en: "This list was shown";
    LogInFailed "log_in.failed"
        ro: "Cineva a încercat să se autentifice cu o parolă greșită";
        en: "Somebody tried to log in with a wrong password";
    PasswordFailed "current_password.failed"
        ro: "Cineva a încercat, într-o sesiune deschisă, o parolă greșită";
        en: "Somebody tried a wrong password in an open session";
    SecondFactorFailed "second_factor.failed"
        ro: "Cineva a introdus un cod greșit al celui de-al doilea factor";
        en: "Somebody entered a wrong code of the second factor";
    TokenRefused "token.refused"
        ro: "A fost refuzată o legătură, un cod, un jeton sau dovada unui client";
        en: "A link, code or token that is not valid, or a client's proof, was refused";
    RightRefused "right.refused"
        ro: "A fost refuzată o operațiune fără dreptul necesar";
        en: "An operation was refused for lack of the right to it";
    LimitReached "limit.reached"
        ro: "Au fost refuzate prea multe încercări";
        en: "Too many attempts were refused";
    SessionCreated "session.created"
        ro: "Autentificare în cont";
        en: "Log-in to the account";
    SessionEnded "session.ended"
        ro: "O sesiune a fost încheiată";
        en: "A session was ended";
    SessionReused "session.reuse_detected"
        ro: "O sesiune a fost încheiată, fiindcă jetonul ei a fost folosit de doi";
        en: "A session was ended because two parties held its token";
    SessionRepeated "session.refresh_repeated"
        ro: "Un program a cerut din nou jetoanele pe care le pierduse";
        en: "A program asked again for tokens that it had lost";
    PresenceProved "session.presence_proved"
        ro: "Prezența titularului a fost dovedită, pentru o schimbare importantă";
        en: "The owner proved to be present, for a change that matters";
    SteppedUp "session.stepped_up"
        ro: "Al doilea factor a fost arătat din nou";
        en: "The second factor was shown again";
    RedirectGranted "redirect_login.granted"
        ro: "Furnizorul de identitate a confirmat identitatea, pentru o autentificare";
        en: "The identity provider confirmed the person, for a log-in";
    PresenceGranted "presence.granted"
        ro: "Furnizorul de identitate a confirmat prezența titularului";
        en: "The identity provider confirmed that the owner is present";
    PasswordChanged "password.changed"
        ro: "Parola a fost schimbată";
        en: "The password was changed";
    PasswordReset "password.reset"
        ro: "Parola a fost înlocuită prin legătura trimisă pe e-mail";
        en: "The password was replaced by a mailed link";
    SecondFactorBegun "second_factor.begun"
        ro: "Configurarea celui de-al doilea factor a fost începută";
        en: "The set-up of a second factor was begun";
    SecondFactorConfirmed "second_factor.confirmed"
        ro: "Al doilea factor a fost activat";
        en: "The second factor was put in force";
    SecondFactorRemoved "second_factor.removed"
        ro: "Al doilea factor a fost eliminat";
        en: "The second factor was removed";
    RecoveryCodesReplaced "recovery_codes.replaced"
        ro: "Codurile de rezervă au fost înlocuite";
        en: "The recovery codes were replaced";
    ResetBegun "second_factor.reset_begun"
        ro: "S-a cerut eliminarea celui de-al doilea factor pierdut";
        en: "The removal of a lost second factor was asked for";
    ResetStopped "second_factor.reset_stopped"
        ro: "Eliminarea celui de-al doilea factor a fost oprită";
        en: "The removal of the second factor was stopped";
    FactorReset "second_factor.reset"
        ro: "Al doilea factor pierdut a fost eliminat";
        en: "A lost second factor was removed";
    GrantGiven "grant.given"
        ro: "Ați dat acces unui client înregistrat";
        en: "You granted a registered client access";
    GrantRevoked "grant.revoked"
        ro: "Accesul unui client înregistrat a fost retras";
        en: "A registered client's access was revoked";
    StaffAppointed "staff.appointed"
        ro: "Contul de serviciu a fost creat";
        en: "The staff account was created";
    StaffInvited "staff.invited"
        ro: "Invitația la contul de serviciu a fost trimisă din nou";
        en: "The invitation to the staff account was sent again";
    StaffDismissed "staff.dismissed"
        ro: "Contul de serviciu a fost închis";
        en: "The staff account was closed";
    StaffFactorReset "staff.second_factor_reset"
        ro: "Al doilea factor al contului de serviciu a fost eliminat";
        en: "The second factor of the staff account was removed";
    VerificationCreated "identity_verification.created"
        ro: "Verificarea identității a fost începută";
        en: "A proof of identity was begun";
    VerificationEnded "identity_verification.ended"
        ro: "Verificarea identității s-a încheiat fără rezultat";
        en: "A proof of identity ended without a result";
    VerificationOpened "identity_verification.opened"
        ro: "Datele declarate au fost afișate la ghișeu, pentru a fi comparate cu actul de identitate";
        en: "What you claimed was shown at the counter, to be compared with your document";
    IdentityVerified "identity.verified"
        ro: "Identitatea a fost verificată prin furnizorul de identitate";
        en: "The identity was verified through an identity provider";
    IdentityCertified "identity.certified"
        ro: "Identitatea a fost certificată la ghișeu";
        en: "The identity was certified at a counter";
    IdentityMovedAway "identity.moved_away"
        ro: "Identitatea a fost mutată la alt cont, la ghișeu";
        en: "The identity was moved to another account, at a counter";
    IdentityRejected "identity.rejected"
        ro: "Identitatea nu a fost confirmată la ghișeu";
        en: "The identity was not confirmed at a counter";
    CertificationUndone "identity.certification_undone"
        ro: "Certificarea identității a fost anulată de ghișeu";
        en: "The counter undid the certification of the identity";
    RejectionUndone "identity.rejection_undone"
        ro: "Refuzul de la ghișeu a fost anulat";
        en: "The counter undid its rejection";
    ApplicationsListed "applications.listed"
        ro: "Lista cererilor a fost afișată";
        en: "The list of applications was shown";
    ApplicationRead "application.read"
        ro: "Cererea a fost afișată";
        en: "The application was shown";
    ApplicationFollowed "application.followed"
        ro: "Stadiul cererii a fost urmărit";
        en: "The application was followed as it went on";
    ApplicationWaits "application.waits"
        ro: "Cererea a fost depusă și așteaptă un registru";
        en: "The application was made, and waits for a register";
    ApplicationReferred "application.referred"
        ro: "Cererea a fost trimisă spre hotărâre unui ofițer";
        en: "The application was referred to an officer, to be decided";
    ApplicationRefused "application.refused"
        ro: "Cererea nu a putut fi primită online";
        en: "The application could not be taken online";
    ApplicationClaimed "application.claimed"
        ro: "Un ofițer a preluat cererea, cu înscrierile din registru, pentru a o soluționa";
        en: "An officer took your application, with the entries of the register, in order to decide it";
    ApplicationRejected "application.rejected"
        ro: "Cererea a fost respinsă";
        en: "The application was rejected";
    ApplicationWithdrawn "application.withdrawn"
        ro: "Cererea a fost retrasă";
        en: "The application was withdrawn";
    RegistersRead "registers.read"
        ro: "Au fost consultate registrele, pentru a elibera certificatul";
        en: "The registers were queried, in order to issue the certificate";
    CivilStatusRead "civil_status.read"
        ro: "A fost consultat registrul de evidență a persoanelor, pentru formular";
        en: "The population register was queried, for the form";
    CompanyRead "company.read"
        ro: "A fost consultat registrul comerțului, pentru formular sau mandat";
        en: "The company register was queried, for the form or a mandate";
    CertificateIssued "certificate.issued"
        ro: "Certificatul a fost eliberat";
        en: "The certificate was issued";
    CertificatesListed "certificates.listed"
        ro: "Lista certificatelor a fost afișată";
        en: "The list of certificates was shown";
    CertificateRead "certificate.read"
        ro: "Certificatul a fost afișat";
        en: "The certificate was shown";
    PayloadRead "certificate.payload_read"
        ro: "Datele semnate ale certificatului au fost descărcate";
        en: "The signed data of the certificate were downloaded";
    DocumentRead "certificate.document_read"
        ro: "Documentul certificatului a fost descărcat";
        en: "The document of the certificate was downloaded";
    CorrectionAsked "certificate.correction_asked"
        ro: "S-a cerut corectarea certificatului";
        en: "A correction of the certificate was asked for";
    CertificateRevoked "certificate.revoked"
        ro: "Certificatul a fost revocat";
        en: "The certificate was revoked";
    CertificateSuperseded "certificate.superseded"
        ro: "Certificatul a fost înlocuit cu unul corectat";
        en: "The certificate was replaced by a corrected one";
    CertificateVerified "certificate.verified"
        ro: "Cineva a verificat certificatul";
        en: "Somebody verified the certificate";
    MandatesListed "mandates.listed"
        ro: "Lista mandatelor a fost afișată";
        en: "The list of mandates was shown";
    MandateRead "mandate.read"
        ro: "Mandatul a fost afișat";
        en: "The mandate was shown";
    MandateAsked "mandate.asked"
        ro: "Mandatul a fost cerut";
        en: "The mandate was asked for";
    MandateClaimed "mandate.claimed"
        ro: "Un ofițer a preluat mandatul, pentru a-l verifica";
        en: "An officer took the mandate, in order to check it";
    MandateConfirmed "mandate.confirmed"
        ro: "Mandatul a fost confirmat";
        en: "The mandate was confirmed";
    MandateRefused "mandate.refused"
        ro: "Mandatul a fost refuzat";
        en: "The mandate was refused";
    MandateEnded "mandate.ended"
        ro: "Mandatul a încetat";
        en: "The mandate ended";
    SupportListed "support_requests.listed"
        ro: "Lista solicitărilor de asistență a fost afișată";
        en: "The list of support requests was shown";
    SupportCreated "support_request.created"
        ro: "Solicitarea de asistență a fost trimisă";
        en: "The support request was sent";
    SupportRead "support_request.read"
        ro: "Solicitarea de asistență a fost citită, pentru a i se răspunde";
        en: "The support request was read, in order to answer it";
    SupportAnswered "support_request.answered"
        ro: "S-a răspuns solicitării de asistență";
        en: "The support request was answered";
    SupportClosed "support_request.closed"
        ro: "Solicitarea de asistență a fost închisă";
        en: "The support request was closed";
    Other "other"
        ro: "Altă operațiune asupra datelor dumneavoastră";
        en: "Something else was done to your data";
}

impl AccessAction {
    /// Reads an action of the audit log. One that a newer version wrote is [`Other`](Self::Other): told, though not by name.
    pub(super) fn of(action: &str) -> Self {
        Self::parse(action).unwrap_or(Self::Other)
    }
}

#[cfg(test)]
#[path = "action/tests.rs"]
mod tests;
