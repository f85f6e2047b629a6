//! The simulator's rules for requests and persons, in both languages.

use crate::http::violations::UNKNOWN_VALUE;
use crate::text::Rule;

pub(super) const MALFORMED_REQUEST: Rule = Rule::new(
    "malformed_request",
    "The request can't be read: a parameter is repeated, missing or too long",
    "Cererea nu poate fi citită: un parametru se repetă, lipsește sau este prea lung",
);
pub(super) const UNKNOWN_CLIENT: Rule = Rule::new(
    "unknown_client",
    "No client is registered under this client_id",
    "Niciun client nu este înregistrat cu acest client_id",
);
pub(super) const UNREGISTERED_REDIRECT_URI: Rule = Rule::new(
    "unregistered_redirect_uri",
    "The redirect_uri must be one of those registered for the client, character by character",
    "Adresa redirect_uri trebuie să fie, literă cu literă, una dintre cele înregistrate pentru client",
);
pub(super) const UNKNOWN_PERSON: Rule = UNKNOWN_VALUE.worded(
    "The login_hint must be <person id> or <person id>:<outcome>; no test person has this id",
    "Parametrul login_hint trebuie să fie <id persoană> sau <id persoană>:<rezultat>; nicio persoană de test nu are acest id",
);
pub(super) const UNKNOWN_OUTCOME: Rule = UNKNOWN_VALUE.worded(
    "The login_hint must be <person id> or <person id>:<outcome>; this outcome is unknown here",
    "Parametrul login_hint trebuie să fie <id persoană> sau <id persoană>:<rezultat>; acest rezultat nu este cunoscut aici",
);
pub(super) const FLOW_GONE: Rule = Rule::new(
    "flow_gone",
    "This step has ended, or was begun in another browser. Go back to the service and start again",
    "Acest pas s-a încheiat sau a fost început în alt browser. Întoarceți-vă la serviciu și începeți din nou",
);
pub(super) const PERSON_NOT_CHOSEN: Rule = Rule::new(
    "person_not_chosen",
    "Choose a test person, or type a CNP",
    "Alegeți o persoană de test sau scrieți un CNP",
);
pub(super) const CNP_UNKNOWN: Rule = Rule::new(
    "cnp_unknown",
    "No test person has this CNP. Never type a real one here",
    "Nicio persoană de test nu are acest CNP. Nu scrieți aici unul adevărat",
);
pub(super) const PASSWORD_WRONG: Rule = Rule::new(
    "password_wrong",
    "The password is not right. The test password is printed beside the field",
    "Parola nu este corectă. Parola de test este scrisă lângă câmp",
);
pub(super) const CONSENT_MISSING: Rule = Rule::new(
    "consent_missing",
    "Agree to the transfer of your data, or cancel",
    "Bifați acordul pentru transmiterea datelor sau renunțați",
);
pub(super) const CARD_UNKNOWN: Rule = Rule::new(
    "card_unknown",
    "Type one of the test cards listed here. Never type a real one",
    "Scrieți unul dintre cardurile de test de mai jos. Nu scrieți unul adevărat",
);
pub(super) const CODE_WRONG: Rule =
    Rule::new("code_wrong", "The code is not the one in the message", "Codul nu este cel din mesaj");
