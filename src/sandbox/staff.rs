//! Invented offices and their staff, for developers and for tests of everything that happens at a counter.

use actix_web::{HttpResponse, get};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{Connection, PgConnection};
use serde::Serialize;
use uuid::Uuid;

use crate::accounts::Role;
use crate::accounts::appointment::{self, Appointment};
use crate::accounts::passwords::{Password, hash, store};
use crate::accounts::second_factor::{is_active, simulated_app};
use crate::accounts::store as accounts;
use crate::error::{Code, Error, Result};
use crate::http::Locale;
use crate::offices::{self, Office, OfficeKind};
use crate::person::{Cnp, Email, Index, Keyring};
use crate::state::State;

/// The password of all sandbox staff.
pub const PASSWORD: &str = "ghiseu de proba";

/// A member of the sandbox staff.
struct Member {
    email: &'static str,
    role: Role,
    office: Option<&'static str>,
    cnp: &'static str,
    /// Of the authenticator app; `None` for somebody who has not set one up yet.
    secret: Option<&'static [u8; 20]>,
}

const STAFF: &[Member] = &[
    Member {
        email: "ofiter.cluj@example.ro",
        role: Role::Officer,
        office: Some("CJ-P01"),
        // The test person clean-5: nobody certifies themselves.
        cnp: "2940630273181",
        secret: Some(b"sandbox-officer-cluj"),
    },
    Member {
        email: "ofiter.bucuresti@example.ro",
        role: Role::Officer,
        office: Some("B-P01"),
        cnp: "1630615123457",
        secret: Some(b"sandbox-officer-bucu"),
    },
    Member {
        email: "ofiter.pasapoarte@example.ro",
        role: Role::Officer,
        office: Some("CJ-PS1"),
        cnp: "1800101221144",
        secret: Some(b"sandbox-officer-pass"),
    },
    Member {
        email: "operator@example.ro",
        role: Role::Operator,
        office: None,
        cnp: "5000229400019",
        secret: Some(b"sandbox-one-operator"),
    },
    // Just appointed: may log in, and do no officer's work before there is a second factor.
    Member {
        email: "ofiter.incepator@example.ro",
        role: Role::Officer,
        office: Some("B-D01"),
        cnp: "2850712080019",
        secret: None,
    },
];

/// Code, kind, name, county, town, address.
const OFFICES: &[(&str, OfficeKind, &str, &str, &str, &str)] = &[
    (
        "CJ-P01",
        OfficeKind::Police,
        "Poliția municipiului Cluj-Napoca (test)",
        "CJ",
        "Cluj-Napoca",
        "Strada Exemplului nr. 1",
    ),
    ("B-P01", OfficeKind::Police, "Secția 1 Poliție (test)", "B", "București", "Bulevardul Exemplului nr. 2"),
    (
        "B-D01",
        OfficeKind::DrivingLicences,
        "Permise și înmatriculări București (test)",
        "B",
        "București",
        "Șoseaua Exemplului nr. 3",
    ),
    (
        "CJ-PS1",
        OfficeKind::Passports,
        "Pașapoarte Cluj (test)",
        "CJ",
        "Cluj-Napoca",
        "Piața Exemplului nr. 4",
    ),
];

/// Since when each kind certifies; passport offices do not yet.
const PHASES: &[(OfficeKind, (i32, u32, u32))] =
    &[(OfficeKind::Police, (2023, 2, 1)), (OfficeKind::DrivingLicences, (2023, 3, 1))];

/// Creates the offices and appoints the staff, each with a password, and with an authenticator unless a test is about its absence; keeps
/// existing staff.
///
/// # Errors
/// Fails if the database cannot be written.
pub fn appoint_staff(connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<()> {
    let password = hash::hash_now(&Password::parse(PASSWORD).map_err(Error::internal)?)?;
    connection.transaction(|connection| {
        open_offices(connection, now)?;
        STAFF.iter().try_for_each(|member| appoint(connection, keyring, member, &password, now))
    })
}

fn open_offices(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    for (code, kind, name, county, locality, address) in OFFICES {
        let office = Office {
            id: Uuid::now_v7(),
            code: (*code).into(),
            kind: *kind,
            name: (*name).into(),
            county: (*county).into(),
            locality: (*locality).into(),
            address: (*address).into(),
            programme: "luni–vineri 8:30–16:30".into(),
            phone: None,
            updated_at: now,
            closed_at: None,
        };
        offices::store::upsert(connection, &office)?;
    }
    PHASES.iter().try_for_each(|(kind, (year, month, day))| {
        offices::store::set_phase(connection, *kind, NaiveDate::from_ymd_opt(*year, *month, *day))
    })
}

fn appoint(
    connection: &mut PgConnection,
    keyring: &Keyring,
    member: &Member,
    password: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    if account_of(connection, keyring, member)?.is_some() {
        return Ok(());
    }
    let office = member.office.map(|code| offices::store::find_by_code(connection, code)).transpose()?;
    let email = Email::parse(member.email).map_err(Error::internal)?;
    let cnp = Cnp::parse(member.cnp).map_err(Error::internal)?;
    let appointment = Appointment {
        email: &email,
        role: member.role,
        office_id: office.flatten().map(|office| office.id),
        cnp: &cnp,
        locale: Locale::Ro,
    };
    // Another node of this sandbox may have made it in this moment.
    let Some(account) = appointment::insert(connection, keyring, &appointment, now)? else { return Ok(()) };
    store::set_password(connection, account.id, None, password)?;
    let Some(secret) = member.secret else { return Ok(()) };
    simulated_app::install(connection, keyring, account.id, secret, now)
}

/// Takes the second factor from those who are to have none: a tester has set it up. Their sessions end.
///
/// # Errors
/// Fails if the database cannot be written.
pub(super) fn forget_new_factors(
    connection: &mut PgConnection,
    keyring: &Keyring,
    now: DateTime<Utc>,
) -> Result<()> {
    for member in STAFF.iter().filter(|member| member.secret.is_none()) {
        let account = account_of(connection, keyring, member)?.ok_or(Code::NotFound)?;
        if is_active(connection, account)? {
            let email = Email::parse(member.email).map_err(Error::internal)?;
            appointment::reset_second_factor(connection, keyring, &email, now)?;
        }
    }
    Ok(())
}

fn account_of(connection: &mut PgConnection, keyring: &Keyring, member: &Member) -> Result<Option<Uuid>> {
    let index = keyring.index(Index::ACCOUNTS_EMAIL, member.email.as_bytes());
    Ok(accounts::find_account(connection, &index)?.map(|account| account.id))
}

/// A member of staff to log in as.
#[derive(Serialize)]
struct OfficerToBe {
    email: &'static str,
    password: &'static str,
    role: &'static str,
    office: Option<&'static str>,
    /// The code that the app would show next; each works once. `None` without an app.
    totp: Option<String>,
}

#[derive(Serialize)]
struct Officers {
    items: Vec<OfficerToBe>,
}

/// Lists the staff, with everything needed to log in (`GET /sandbox/officers`).
#[get("/sandbox/officers")]
pub(super) async fn list_officers(state: State) -> Result<HttpResponse> {
    let (keyring, now) = (state.keyring.clone(), state.clock.now());
    let load = move |c: &mut PgConnection| {
        STAFF.iter().map(|member| officer_to_be(c, &keyring, member, now)).collect::<Result<Vec<_>>>()
    };
    Ok(HttpResponse::Ok().json(Officers { items: state.db.read(load).await? }))
}

fn officer_to_be(
    connection: &mut PgConnection,
    keyring: &Keyring,
    member: &Member,
    now: DateTime<Utc>,
) -> Result<OfficerToBe> {
    let account = account_of(connection, keyring, member)?.ok_or(Code::NotFound)?;
    let totp = is_active(connection, account)?
        .then(|| simulated_app::next_code(connection, keyring, account, now))
        .transpose()?;
    let (email, office, role) = (member.email, member.office, member.role.as_str());
    Ok(OfficerToBe { email, password: PASSWORD, role, office, totp })
}
