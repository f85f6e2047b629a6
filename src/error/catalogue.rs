//! The catalogue of every problem that a caller can get: code, class, texts in both languages.

/// What a problem means to its caller, whichever protocol carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The request cannot be parsed.
    Malformed,
    /// The caller must prove who they are.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// Nothing is there, or nothing that the caller may see.
    NotFound,
    /// The resource is there, but not for this method.
    OtherMethod,
    /// The request did not arrive in time.
    TooSlow,
    /// The present state does not allow it.
    Conflict,
    /// The request is too large.
    TooLarge,
    /// The content has an unsupported type.
    OtherType,
    /// The content breaks a rule.
    Invalid,
    /// The caller must wait.
    TooMany,
    /// A fault of ours.
    Fault,
    /// The request cannot be answered now; a retry makes sense.
    Unavailable,
}

macro_rules! catalogue {
    ($($variant:ident $class:ident $code:literal
        en: $title_en:literal, $help_en:literal;
        ro: $title_ro:literal, $help_ro:literal;)*) => {
        /// Every problem that the API can answer; its page is `/problems/{code}`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $(#[doc = $title_en] $variant,)* }

        impl Code {
            /// All problems, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the stable machine code.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code,)* } }

            /// Returns the class of the problem.
            #[must_use]
            pub const fn class(self) -> Class { match self { $(Self::$variant => Class::$class,)* } }

            /// Returns title and explanation, English then Romanian.
            #[must_use]
            pub const fn texts(self) -> [(&'static str, &'static str); 2] {
                match self { $(Self::$variant => [($title_en, $help_en), ($title_ro, $help_ro)],)* }
            }
        }
    };
}

catalogue! {
    MalformedJson Malformed "malformed_json"
        en: "The body is not JSON", "Send one JSON document in UTF-8; `line` and `column` say where reading stopped.";
        ro: "Corpul cererii nu este JSON", "Trimiteți un singur document JSON în UTF-8; `line` și `column` arată unde s-a oprit citirea.";
    MalformedRequest Malformed "malformed_request"
        en: "The request cannot be read", "A header, a path part or the body does not follow HTTP.";
        ro: "Cererea nu poate fi citită", "Un antet, o parte a adresei sau corpul nu respectă HTTP.";
    ForwardedHeadersDiffer Malformed "forwarded_headers_differ"
        en: "Two headers name different senders", "Send neither `Forwarded` nor `X-Forwarded-For`: proxies write them, and of the two that arrived one is not theirs.";
        ro: "Două antete numesc expeditori diferiți", "Nu trimiteți nici `Forwarded`, nici `X-Forwarded-For`: le scriu serverele intermediare, iar unul dintre cele două primite nu este al lor.";
    InvalidInput Invalid "invalid_input"
        en: "Some values are not valid", "Each entry of `errors` points at one value and names the rule that it breaks.";
        ro: "Unele valori nu sunt valide", "Fiecare element din `errors` arată o valoare și regula pe care o încalcă.";
    PayloadTooLarge TooLarge "payload_too_large"
        en: "The body is too large", "Bodies of up to 64 KiB are read, and of up to 5 MiB where files are sent.";
        ro: "Corpul cererii este prea mare", "Se citesc corpuri de cel mult 64 KiB, iar unde se trimit fișiere, de cel mult 5 MiB.";
    RequestTimeout TooSlow "request_timeout"
        en: "The body arrived too slowly", "Send the whole body within ten seconds, or a second more for each KiB, without a pause of thirty seconds.";
        ro: "Corpul cererii a sosit prea încet", "Trimiteți întregul corp în zece secunde, plus câte o secundă pentru fiecare KiB, fără o pauză de treizeci de secunde.";
    UnsupportedMediaType OtherType "unsupported_media_type"
        en: "The media type is not supported", "Send `Content-Type: application/json`, or `multipart/form-data` where files are sent.";
        ro: "Tipul conținutului nu este acceptat", "Trimiteți `Content-Type: application/json` sau, unde se trimit fișiere, `multipart/form-data`.";
    NotFound NotFound "not_found"
        en: "There is nothing here", "The address does not exist, or what it names is not yours to see.";
        ro: "Nu există nimic aici", "Adresa nu există sau ceea ce numește nu vă aparține.";
    MethodNotAllowed OtherMethod "method_not_allowed"
        en: "The method does not fit this address", "The `Allow` header lists the methods that do.";
        ro: "Metoda nu se potrivește acestei adrese", "Antetul `Allow` enumeră metodele potrivite.";
    Unauthenticated Unauthenticated "unauthenticated"
        en: "Log in first", "Send `Authorization: Bearer` with an access token that is still valid.";
        ro: "Autentificați-vă", "Trimiteți `Authorization: Bearer` cu un jeton de acces încă valabil.";
    InvalidCredentials Unauthenticated "invalid_credentials"
        en: "The address or the password is wrong", "Both must match, and the address must be confirmed by the mailed link; we do not say which is missing.";
        ro: "Adresa sau parola este greșită", "Ambele trebuie să se potrivească, iar adresa să fie confirmată prin legătura primită; nu spunem care dintre ele lipsește.";
    SecondFactorRequired Unauthenticated "second_factor_required"
        en: "The second factor is missing", "Send `totp`, the code that your authenticator shows, or one of your recovery codes.";
        ro: "Lipsește al doilea factor", "Trimiteți `totp`, codul afișat de aplicația de autentificare, sau unul dintre codurile de rezervă.";
    InvalidSecondFactor Unauthenticated "invalid_second_factor"
        en: "The second factor is wrong", "A code works once and for about a minute; wait for the next one, or use a recovery code.";
        ro: "Al doilea factor este greșit", "Un cod funcționează o singură dată, timp de circa un minut; așteptați-l pe următorul sau folosiți un cod de rezervă.";
    SecondFactorBlocked Forbidden "second_factor_blocked"
        en: "Codes are refused for now", "Too many wrong codes were sent in the last thirty days. Use a recovery code, log in another way, or choose a new password; then codes work again.";
        ro: "Codurile sunt refuzate deocamdată", "În ultimele treizeci de zile s-au trimis prea multe coduri greșite. Folosiți un cod de rezervă, autentificați-vă în alt mod sau alegeți o parolă nouă; apoi codurile vor funcționa din nou.";
    SecondFactorNotSetUp Forbidden "second_factor_not_set_up"
        en: "Set up a second factor first", "Officers and operators must use a second factor: set it up at `/v1/accounts/me/totp`.";
        ro: "Configurați întâi al doilea factor", "Ofițerii și operatorii trebuie să folosească un al doilea factor: configurați-l la `/v1/accounts/me/totp`.";
    StepUpRequired Forbidden "step_up_required"
        en: "Show the second factor again", "A decision needs a second factor that was shown in the last ten minutes: send it to `/v1/sessions/current/step-up`, then repeat the request.";
        ro: "Arătați din nou al doilea factor", "O decizie cere un al doilea factor arătat în ultimele zece minute: trimiteți-l la `/v1/sessions/current/step-up`, apoi repetați cererea.";
    SecondFactorExists Conflict "second_factor_exists"
        en: "There is a second factor already", "Remove the present one first, or use it.";
        ro: "Există deja un al doilea factor", "Eliminați-l întâi pe cel actual sau folosiți-l.";
    AddressMissing Conflict "address_missing"
        en: "The account has no address", "Its owner could not be told. Come to a counter with an identity document.";
        ro: "Contul nu are adresă de e-mail", "Titularul nu ar putea fi înștiințat. Veniți la un ghișeu cu un act de identitate.";
    SecondFactorNotBegun Conflict "second_factor_not_begun"
        en: "No second factor was begun", "Ask for a secret first, then confirm it by its first code.";
        ro: "Configurarea nu a fost începută", "Cereți întâi un secret, apoi confirmați-l cu primul cod.";
    SecondFactorMandatory Conflict "second_factor_mandatory"
        en: "This account must have a second factor", "Officers and operators keep theirs; an operator can reset a lost one.";
        ro: "Acest cont trebuie să aibă un al doilea factor", "Ofițerii și operatorii îl păstrează; unul pierdut poate fi resetat de un operator.";
    AddressChangePending Conflict "address_change_pending"
        en: "A change of address waits already", "Stop it first (`DELETE /v1/accounts/me/email-change`), or wait until it is carried out.";
        ro: "O schimbare de adresă este deja în așteptare", "Opriți-o întâi (`DELETE /v1/accounts/me/email-change`) sau așteptați să se încheie.";
    ApplicationsOpen Conflict "applications_open"
        en: "Applications are still open", "Withdraw the applications of `application_ids`, or wait until they are decided; then delete the account.";
        ro: "Există cereri nesoluționate", "Retrageți cererile din `application_ids` sau așteptați soluționarea lor; apoi ștergeți contul.";
    CertificationFresh Conflict "certification_fresh"
        en: "Your identity was certified a short while ago", "A counter can undo its certification for 24 hours; until then the account stays. `Retry-After` says when it can be deleted.";
        ro: "Identitatea a fost certificată de curând", "Ghișeul își poate anula certificarea timp de 24 de ore; până atunci contul rămâne. `Retry-After` arată când poate fi șters.";
    PresenceRequired Forbidden "presence_required"
        en: "Prove that it is you", "This change needs a proof of the last five minutes that the owner is present: send the password, or the code of a redirect, to `/v1/sessions/current/presence`, then repeat the request.";
        ro: "Dovediți că sunteți dumneavoastră", "Această schimbare cere o dovadă din ultimele cinci minute că titularul contului este prezent: trimiteți parola, sau codul unei redirecționări, la `/v1/sessions/current/presence`, apoi repetați cererea.";
    InvalidResetToken Invalid "invalid_reset_token"
        en: "The link is not valid", "It is unknown, was used before or has expired. Ask for another.";
        ro: "Legătura nu este validă", "Este necunoscută, deja folosită sau expirată. Cereți alta.";
    RoleRequired Forbidden "role_required"
        en: "Your account may not do this", "The operation is for officers or operators, each for their own role.";
        ro: "Contul nu are acest drept", "Operațiunea este rezervată ofițerilor sau operatorilor, fiecare în rolul său.";
    InsufficientScope Forbidden "insufficient_scope"
        en: "The access that was granted does not cover this", "The token is a client's. `scope` names what it would need, if clients can do this at all: ask the person for it at `/oauth/authorize`.";
        ro: "Accesul acordat nu cuprinde această operațiune", "Tokenul este al unui client. `scope` numește accesul necesar, dacă operațiunea este permisă clienților: cereți-l persoanei la `/oauth/authorize`.";
    InvalidRefreshToken Unauthenticated "invalid_refresh_token"
        en: "The refresh token is not valid", "It is unknown, expired or was used before; a second use ends its session, unless the same client repeats its request within thirty seconds. Log in again.";
        ro: "Jetonul de reîmprospătare nu este valid", "Este necunoscut, expirat sau deja folosit; a doua folosire încheie sesiunea, în afară de repetarea cererii de către același client în treizeci de secunde. Autentificați-vă din nou.";
    InvalidConfirmationToken Invalid "invalid_confirmation_token"
        en: "The confirmation link is not valid", "It is unknown, was used before or has expired. Register again to get another.";
        ro: "Legătura de confirmare nu este validă", "Este necunoscută, deja folosită sau expirată. Înregistrați-vă din nou pentru alta.";
    EmailConfirmed Conflict "email_confirmed"
        en: "The account has an address already", "Change it by `POST /v1/accounts/me/email-change`: the old address is told, and can stop it for 72 hours.";
        ro: "Contul are deja o adresă", "Schimbați-o prin `POST /v1/accounts/me/email-change`: adresa veche este înștiințată și poate opri schimbarea timp de 72 de ore.";
    ReturnUrlNotRegistered Invalid "return_url_not_registered"
        en: "The return address is not registered", "`return_url` must be, to the letter, one that your front end has registered: compare scheme, host, port, path and the last slash. Without `client_id` you are `hub`. The operator registers others (`/docs/guides/going-live`).";
        ro: "Adresa de întoarcere nu este înregistrată", "`return_url` trebuie să fie, literă cu literă, una înregistrată pentru interfața dumneavoastră: comparați schema, gazda, portul, calea și bara de la sfârșit. Fără `client_id` sunteți `hub`. Altele înregistrează operatorul (`/docs/guides/going-live`).";
    UnknownClient Invalid "unknown_client"
        en: "The front end is not registered", "`client_id` must be the id of a registered front end.";
        ro: "Interfața nu este înregistrată", "`client_id` trebuie să fie identificatorul unei interfețe înregistrate.";
    ClientExists Conflict "client_exists"
        en: "There is a client with this id", "Choose another id, or remove the client first.";
        ro: "Există un client cu acest identificator", "Alegeți alt identificator sau eliminați întâi clientul.";
    ClientIsPublic Conflict "client_is_public"
        en: "The client keeps no secret", "Only clients of the kinds `web` and `system` have secrets and keys.";
        ro: "Clientul nu păstrează un secret", "Numai clienții de tipul `web` și `system` au secrete și chei.";
    ClientUnauthenticated Unauthenticated "client_unauthenticated"
        en: "The client did not prove who it is", "Send `Authorization: Basic` with the id and a secret of a registered client that keeps one (`web` or `system`).";
        ro: "Clientul nu a dovedit cine este", "Trimiteți `Authorization: Basic` cu identificatorul și un secret ale unui client înregistrat care păstrează unul (`web` sau `system`).";
    WebhookEndpointsFull Conflict "webhook_endpoints_full"
        en: "The client has as many endpoints as it may", "Remove one first.";
        ro: "Clientul are deja numărul maxim de adrese de notificare", "Eliminați întâi una.";
    WebhookEndpointStopped Conflict "webhook_endpoint_stopped"
        en: "The endpoint is paused or disabled", "Nothing is sent to it: resume it first.";
        ro: "Adresa de notificare este oprită", "Nu i se trimite nimic: reluați întâi trimiterea.";
    ForeignOrigin Forbidden "foreign_origin"
        en: "A page other than the identity provider's sent you here", "Go to the identity provider's own site and begin there.";
        ro: "Altă pagină decât cea a furnizorului de identitate v-a trimis aici", "Mergeți pe site-ul furnizorului de identitate și începeți de acolo.";
    InvalidCode Unauthenticated "invalid_code"
        en: "The code is not valid", "It is unknown, was used before, has expired or belongs to another front end. Log in again.";
        ro: "Codul nu este valid", "Este necunoscut, deja folosit, expirat sau al altei interfețe. Autentificați-vă din nou.";
    AlreadyVerified Conflict "already_verified"
        en: "The identity is verified already", "This account belongs to a verified person; nothing more is needed.";
        ro: "Identitatea este deja verificată", "Contul aparține unei persoane verificate; nu mai este nevoie de nimic.";
    PersonVerifiedElsewhere Conflict "person_verified_elsewhere"
        en: "The person has another verified account", "One person has one account: log in there.";
        ro: "Persoana are alt cont verificat", "O persoană are un singur cont: autentificați-vă acolo.";
    AlreadyDecided Conflict "already_decided"
        en: "This has been decided already", "Somebody decided this verification before you; open it again.";
        ro: "Decizia a fost deja luată", "Altcineva a decis deja această verificare; deschideți-o din nou.";
    TooLateToUndo Conflict "too_late_to_undo"
        en: "The decision can no longer be undone", "The office that decided may undo within 24 hours, and only what still stands.";
        ro: "Decizia nu mai poate fi anulată", "Unitatea care a decis poate anula în 24 de ore și numai ceea ce este încă în vigoare.";
    OwnIdentity Forbidden "own_identity"
        en: "Nobody can certify their own identity", "A colleague must check your document.";
        ro: "Nimeni nu își poate certifica propria identitate", "Un coleg trebuie să vă verifice documentul.";
    OfficeDoesNotCertify Forbidden "office_does_not_certify"
        en: "Your office does not certify identities yet", "`GET /v1/counters` says since when each kind of office does.";
        ro: "Unitatea dumneavoastră nu certifică încă identități", "`GET /v1/counters` arată de când o face fiecare tip de unitate.";
    InvalidState Malformed "invalid_state"
        en: "This step is no longer open", "It is unknown, was used before or has expired. Go back to where you began and begin again.";
        ro: "Acest pas nu mai este deschis", "Este necunoscut, deja folosit sau expirat. Întoarceți-vă de unde ați pornit și începeți din nou.";
    ForeignBrowser Forbidden "foreign_browser"
        en: "Another browser began this", "What one browser begins must end in it: begin again here. If that does not help, the front end must call the API at `public_url`, with credentials: the cookie belongs to that host alone (`/docs/guides/cookies`).";
        ro: "Operațiunea a fost începută în alt browser", "Ce începe într-un browser trebuie să se încheie tot acolo: începeți din nou aici. Dacă nu ajută, interfața trebuie să apeleze API-ul la `public_url`, cu credențiale: cookie-ul aparține numai acelei gazde (`/docs/guides/cookies`).";
    IdentityUnverified Conflict "identity_unverified"
        en: "Prove your identity first", "Verify through Ghișeul.ro or at a counter, then apply.";
        ro: "Dovediți-vă întâi identitatea", "Verificați-vă prin Ghișeul.ro sau la un ghișeu, apoi depuneți cererea.";
    AlreadyAppliedToday Conflict "already_applied_today"
        en: "You applied today for this reason", "The law allows one application a day for the same reason; `application_id` names the first.";
        ro: "Ați depus astăzi o cerere pentru acest motiv", "Legea permite o singură cerere pe zi pentru același motiv; `application_id` o indică pe prima.";
    TooManyOpenApplications Conflict "too_many_open_applications"
        en: "You have three open applications for others", "An officer looks at each; apply again when one of them is decided, or withdraw one.";
        ro: "Aveți trei cereri în lucru pentru alte persoane", "Fiecare este analizată de un ofițer; depuneți alta după ce una este soluționată sau retrageți una.";
    ApplicationClosed Conflict "application_closed"
        en: "The application is closed", "`application_status` says how; nothing more can be done with it. Apply anew if you need to.";
        ro: "Cererea este închisă", "`application_status` arată cum; cu ea nu se mai poate face nimic. Depuneți alta dacă este nevoie.";
    NotClaimed Conflict "not_claimed"
        en: "You have not claimed this case", "Claim it first; it may also have moved on, or changed hands.";
        ro: "Nu ați preluat acest caz", "Preluați-l întâi; este posibil și să fi mers mai departe sau să fi fost preluat de altcineva.";
    EntriesChanged Conflict "entries_changed"
        en: "The entries are not the ones that you were shown", "The register has changed since you claimed the application: claim it again, and look at what it says now.";
        ro: "Înscrierile nu mai sunt cele pe care le-ați văzut", "Registrul s-a schimbat de când ați preluat cererea: preluați-o din nou și vedeți ce spune acum.";
    OwnApplication Forbidden "own_application"
        en: "This is about you", "Nobody decides about themselves, or about a company that they represent; leave it to another officer.";
        ro: "Acest caz vă privește", "Nimeni nu decide despre sine sau despre o firmă pe care o reprezintă; lăsați-l altui ofițer.";
    PhaseNotOpen Conflict "phase_not_open"
        en: "The service does not offer this yet", "In this phase certificates with entries are issued at a counter. `GET /v1/services` tells the dates.";
        ro: "Serviciul nu oferă încă aceasta", "În această etapă certificatele cu înscrieri se eliberează la ghișeu. `GET /v1/services` arată datele.";
    CertificateEnded Conflict "certificate_ended"
        en: "The certificate is no longer in force", "`certificate_status` says why: revoked or superseded.";
        ro: "Certificatul nu mai este în vigoare", "`certificate_status` arată de ce: revocat sau înlocuit.";
    CorrectionUnderWay Conflict "correction_under_way"
        en: "A correction is under way or was made", "Only one correction of a certificate is reviewed at a time; the corrected certificate can be corrected in its turn.";
        ro: "O corectare este în curs sau a fost făcută", "Se examinează o singură corectare a unui certificat; certificatul corectat poate fi corectat la rândul său.";
    CivilStatusUnknown Conflict "civil_status_unknown"
        en: "The population register does not know you", "The form cannot be filled in without it; please come to a counter.";
        ro: "Registrul de evidență a persoanelor nu vă cunoaște", "Formularul nu poate fi completat fără el; vă rugăm să veniți la un ghișeu.";
    RegisterRecordUnreadable Conflict "register_record_unreadable"
        en: "The register's record cannot be read", "The register knows this person or firm, but part of what it says breaks a rule of the register. It must be corrected where it is kept; nothing is issued until then.";
        ro: "Datele din registru nu pot fi citite", "Registrul cunoaște această persoană sau firmă, dar o parte din datele lui nu pot fi citite. Ele trebuie corectate la sursă; până atunci nu se eliberează nimic.";
    PersonNotEligible Conflict "person_not_eligible"
        en: "This certificate cannot be applied for online", "The service does not cover this case online; please come to a counter.";
        ro: "Acest certificat nu poate fi cerut online", "Serviciul nu acoperă online acest caz; vă rugăm să veniți la un ghișeu.";
    ServiceNotOpen Conflict "service_not_open"
        en: "The service is not open yet", "`GET /v1/services` tells from which day on it is.";
        ro: "Serviciul nu este încă deschis", "`GET /v1/services` arată din ce zi este.";
    CompanyUnknown Conflict "company_unknown"
        en: "The company register does not know this legal person", "Compare the CUI with your papers; a legal person that was registered lately may take some days to appear.";
        ro: "Registrul comerțului nu cunoaște această persoană juridică", "Comparați CUI-ul cu actele dumneavoastră; o persoană juridică înregistrată de curând poate apărea abia după câteva zile.";
    CompanyNotEligible Conflict "company_not_eligible"
        en: "This legal person has been struck off", "There is no certificate for a legal person that no longer exists.";
        ro: "Această persoană juridică a fost radiată", "Nu există certificat pentru o persoană juridică ce nu mai există.";
    MandateExists Conflict "mandate_exists"
        en: "You have this mandate, or have asked for it", "`mandate_id` names it.";
        ro: "Aveți deja acest mandat sau l-ați cerut", "`mandate_id` îl indică.";
    MandateNotInForce Conflict "mandate_not_in_force"
        en: "You have no such mandate in force", "`mandate_status` tells the status of your mandate, if you have one; ask for one at `/v1/mandates`.";
        ro: "Nu aveți un astfel de mandat în vigoare", "`mandate_status` arată stadiul mandatului dumneavoastră, dacă aveți unul; cereți unul la `/v1/mandates`.";
    CompanyDataFromRegister Conflict "company_data_from_register"
        en: "A certificate of a legal person is not corrected here", "It says what the company register says: have it corrected there, then apply anew.";
        ro: "Certificatul unei persoane juridice nu se corectează aici", "El arată ce spune registrul comerțului: cereți corectarea acolo, apoi depuneți o cerere nouă.";
    FormForNaturalPersons Conflict "form_for_natural_persons"
        en: "The European form is for natural persons", "Regulation (EU) 2016/1191 has no form for a legal person; show the certificate itself.";
        ro: "Formularul european este pentru persoane fizice", "Regulamentul (UE) 2016/1191 nu prevede un formular pentru o persoană juridică; prezentați certificatul însuși.";
    SupportRequestClosed Conflict "support_request_closed"
        en: "The help request is closed", "Nothing can be added to it; a further question is a new request.";
        ro: "Solicitarea de asistență este închisă", "Nu i se mai poate adăuga nimic; o nouă întrebare este o solicitare nouă.";
    FormNeedsCleanRecord Conflict "form_needs_clean_record"
        en: "The European form is for certificates without a record", "Regulation (EU) 2016/1191 has a form for the absence of a criminal record alone; show the certificate itself.";
        ro: "Formularul european este pentru certificate fără înscrieri", "Regulamentul (UE) 2016/1191 prevede un formular numai pentru absența cazierului; prezentați certificatul însuși.";
    IdempotencyKeyReused Invalid "idempotency_key_reused"
        en: "The idempotency key was used for another request", "Use a new `Idempotency-Key` for each new request.";
        ro: "Cheia de idempotență a fost folosită pentru altă cerere", "Folosiți un `Idempotency-Key` nou pentru fiecare cerere nouă.";
    RequestInProgress Conflict "request_in_progress"
        en: "The first request with this key is still running", "Wait a moment and send it again with the same key.";
        ro: "Prima cerere cu această cheie este încă în lucru", "Așteptați puțin și trimiteți-o din nou cu aceeași cheie.";
    TooManyRequests TooMany "too_many_requests"
        en: "Too many attempts", "Wait as long as `Retry-After` says.";
        ro: "Prea multe încercări", "Așteptați cât indică `Retry-After`.";
    LevelNotReached Conflict "level_not_reached"
        en: "The signature has not reached this level yet", "Signatures are raised in the background, soon after the issue; come back after `Retry-After`, or take the one without `level`.";
        ro: "Semnătura nu a atins încă acest nivel", "Semnăturile sunt ridicate la un nivel superior în fundal, curând după eliberare; reveniți după cum indică `Retry-After` sau luați-o pe cea fără `level`.";
    CertificateUnreadable Unavailable "certificate_unreadable"
        en: "The certificate cannot be read now", "The stored data of this certificate are not what was written, so that nothing is said about it: neither that it is valid nor that it is not. The service has been told; ask the help desk.";
        ro: "Certificatul nu poate fi citit acum", "Datele păstrate despre acest certificat nu mai sunt cele scrise la eliberare, așa că nu se spune nimic despre el: nici că este valabil, nici că nu este. Serviciul a fost anunțat; întrebați serviciul de asistență.";
    CertificateNotLogged Unavailable "certificate_not_logged"
        en: "The certificate cannot be verified now", "It is not in the tamper-evident log yet, in which each certificate is within an hour of its issue, so that nothing is said about it: neither that it is valid nor that it is not. Try again as `Retry-After` says.";
        ro: "Certificatul nu poate fi verificat acum", "Nu este încă în jurnalul protejat la modificări, în care fiecare certificat ajunge în cel mult o oră de la eliberare, așa că nu se spune nimic despre el: nici că este valabil, nici că nu este. Încercați din nou după cum indică `Retry-After`.";
    RevocationUnavailable Unavailable "revocation_unavailable"
        en: "Revocation cannot be checked now", "Whether the signer's certificate was revoked cannot be known now: this is no answer to what you asked. Try again as `Retry-After` says; or fetch the file again: soon after the issue it is at level b-lt and carries the answer in it.";
        ro: "Revocarea nu poate fi verificată acum", "Nu se poate ști acum dacă certificatul semnatarului a fost revocat: acesta nu este un răspuns la ce ați întrebat. Încercați din nou după cum indică `Retry-After` sau descărcați din nou fișierul: curând după eliberare are nivelul b-lt și conține răspunsul.";
    RegisterUnavailable Unavailable "register_unavailable"
        en: "The register cannot be asked now", "Nothing is lost; try again as `Retry-After` says.";
        ro: "Registrul nu poate fi interogat acum", "Nu se pierde nimic; încercați din nou după cum indică `Retry-After`.";
    ProviderUnavailable Unavailable "provider_unavailable"
        en: "The identity provider does not answer now", "Nothing is lost; try again as `Retry-After` says.";
        ro: "Furnizorul de identitate nu răspunde acum", "Nu se pierde nimic; încercați din nou după cum indică `Retry-After`.";
    SealUnavailable Unavailable "seal_unavailable"
        en: "Nothing can be signed now", "No certificate was issued and nothing was written; try again as `Retry-After` says.";
        ro: "Nu se poate semna acum", "Nu s-a eliberat niciun certificat și nu s-a scris nimic; încercați din nou după cum indică `Retry-After`.";
    DatabaseUnavailable Unavailable "database_unavailable"
        en: "The service cannot read or write now", "It cannot be known now: this is no answer to what you asked. Try again as `Retry-After` says.";
        ro: "Serviciul nu poate citi sau scrie acum", "Nu se poate ști acum: acesta nu este un răspuns la ce ați întrebat. Încercați din nou după cum indică `Retry-After`.";
    Overloaded Unavailable "overloaded"
        en: "Too many requests at this moment", "Nothing was done; try again as `Retry-After` says.";
        ro: "Prea multe cereri în acest moment", "Nu s-a făcut nimic; încercați din nou după cum indică `Retry-After`.";
    Stopping Unavailable "stopping"
        en: "This node is stopping", "Another one answers: send the request again as `Retry-After` says.";
        ro: "Acest nod se oprește", "Răspunde altul: trimiteți din nou cererea după cum indică `Retry-After`.";
    Internal Fault "internal"
        en: "Something went wrong on our side", "It was logged under `instance`; name that id to the help desk.";
        ro: "A apărut o eroare la noi", "A fost consemnată sub `instance`; comunicați acest identificator serviciului de asistență.";
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Code {
    /// Returns whether the request cannot be answered now: the caller learns nothing, and is asked to retry.
    #[must_use]
    pub const fn is_unavailable(self) -> bool {
        matches!(self.class(), Class::Unavailable)
    }

    /// Returns whether the caller can do nothing about it.
    #[must_use]
    pub const fn is_ours(self) -> bool {
        matches!(self.class(), Class::Fault | Class::Unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_every_text_is_there() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{} stands twice", code.as_str());
            assert!(code.texts().iter().all(|(title, help)| !title.is_empty() && help.ends_with('.')));
        }
    }
}
