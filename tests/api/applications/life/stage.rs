//! The stage: two nodes on one database, on which traces of the model are replayed over HTTP, each by a person of its own.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::rt::SystemRunner;
use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use reqwest::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{Answer, Decision, Expected, Life, Mails, Step};
use crate::support::{
    Citizen, Database, House, Mood, Moods, Officer, cnp, json_of, member, open_session, refused, set_entries,
    until,
};

const OFFICERS: [&str; 2] = ["1800101221144", "1831212161233"];
/// The applications of a person, in the order in which they were made.
const ROWS: &str = "
    SELECT a.id::text AS id, a.status, a.undone_at IS NOT NULL AS undone, a.bad_answers::bigint AS bad_answers,
        (SELECT string_agg(e.status, ' ' ORDER BY e.id) FROM application_events e WHERE e.application_id = a.id) AS events,
        (SELECT count(*) FROM certificates c WHERE c.application_id = a.id) AS certificates,
        coalesce((SELECT coalesce(c.ended_as, 'valid') FROM certificates c WHERE c.application_id = a.id), 'none')
            AS certificate,
        coalesce((SELECT c.id::text FROM certificates c WHERE c.application_id = a.id), '') AS certificate_id,
        coalesce((SELECT c.registration_number FROM certificates c WHERE c.application_id = a.id), '') AS number
    FROM applications a
    WHERE a.owner_index = OWNER
    ORDER BY a.id";
/// The person of a trace, by the one of their accounts that they own.
const OWNER: &str =
    "(SELECT p.person_index FROM accounts p WHERE p.id IN ('ACCOUNTS') AND p.person_index IS NOT NULL)";
/// Rows that lack what they are of, or that stand for an end that did not come; none, ever.
const STRAYS: &str = "
    SELECT (SELECT count(*) FROM application_events e WHERE NOT EXISTS (SELECT FROM applications a WHERE a.id = e.application_id))
        + (SELECT count(*) FROM certificates c JOIN applications a ON a.id = c.application_id WHERE a.status <> 'issued')
        + (SELECT count(*) FROM applications a WHERE a.status = 'issued'
            AND NOT EXISTS (SELECT FROM certificates c WHERE c.application_id = a.id))
        + (SELECT count(*) FROM certificates c WHERE c.ended_as = 'superseded' AND c.superseded_by IS NULL)
        + (SELECT count(*) FROM (SELECT FROM applications WHERE corrects IS NULL AND undone_at IS NULL
            GROUP BY person_index, reason, applied_on HAVING count(*) > 1) twice)
        AS count";
const MAILS: &str = "SELECT count(*) FROM (SELECT id FROM jobs WHERE kind = 'mail' UNION SELECT id FROM sandbox.mails) AS told";

#[derive(QueryableByName, Debug)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Bool)]
    undone: bool,
    #[diesel(sql_type = BigInt)]
    bad_answers: i64,
    #[diesel(sql_type = Text)]
    events: String,
    #[diesel(sql_type = BigInt)]
    certificates: i64,
    #[diesel(sql_type = Text)]
    certificate: String,
    #[diesel(sql_type = Text)]
    certificate_id: String,
    #[diesel(sql_type = Text)]
    number: String,
}

/// Two nodes, a register with moods, officers.
pub struct Stage {
    system: SystemRunner,
    house: House,
    _other: House,
    moods: Moods,
    clock: Clock,
    officers: [String; 2],
    /// An officer of a counter.
    desk: String,
    played: Cell<usize>,
}

fn start() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

impl Stage {
    pub fn build() -> Self {
        let (system, moods, clock) = (actix_web::rt::System::new(), Moods::default(), Clock::pinned(start()));
        moods.set_delay(Duration::from_millis(5));
        let database = Rc::new(Database::from_template());
        let (house, other, officers, desk) = system.block_on(async {
            let house = House::with().on(&database).entries().moods(&moods).clock(&clock).start().await;
            let other = House::with().on(&database).entries().moods(&moods).clock(&clock).start().await;
            let officers = OFFICERS.map(|officer| Officer::who_is(&house, officer).access.clone());
            let desk = Officer::at(&house, "CJ-P01").await.access.clone();
            (house, other, officers, desk)
        });
        Self { system, house, _other: other, moods, clock, officers, desk, played: Cell::new(0) }
    }

    fn connect(&self) -> PgConnection {
        self.house.database.connect()
    }

    fn execute(&self, statement: &str) {
        self.house.database.execute(statement);
    }

    fn session(&self, access: &str) -> Citizen<'_> {
        Citizen {
            house: &self.house,
            email: String::new(),
            access: access.to_owned(),
            refresh: String::new(),
        }
    }

    fn officer(&self, officer: usize) -> Citizen<'_> {
        self.session(&self.officers[officer])
    }

    fn desk(&self) -> Officer<'_> {
        Officer::of(self.session(&self.desk))
    }
}

/// A trace that is replayed: one person, who owns the first account at first.
pub struct Play {
    stage: Rc<Stage>,
    person: usize,
    accounts: [(Uuid, String); 2],
    owner: usize,
    verification: String,
    mails: i64,
}

impl Play {
    pub fn begin(stage: Rc<Stage>) -> Self {
        let person = stage.played.replace(stage.played.get() + 1);
        stage.clock.set(start());
        let now = "'2026-11-24T09:00:00Z'";
        stage.execute(&format!(
            "UPDATE sessions SET access_expires_at = {now}::timestamptz + interval '1 day', active_at = {now}, created_at = {now},
                second_factor_at = CASE WHEN second_factor_at IS NOT NULL THEN {now}::timestamptz END"
        ));
        let accounts = [member(&stage.house, Some(person), start()), member(&stage.house, None, start())];
        stage.moods.set_of(cnp(person).as_str(), Mood::Good);
        let mails = stage.house.database.count(MAILS);
        Self { stage, person, accounts, owner: 0, verification: String::new(), mails }
    }

    /// Takes a step, and holds its answer against the model's.
    pub fn play(&mut self, step: &Step, life: &Life) {
        self.mails = self.stage.house.database.count(MAILS);
        let stage = self.stage.clone();
        stage.clock.set(start() + TimeDelta::seconds(life.step.into()));
        let answer = stage.system.block_on(async { self.take(step, life).await });
        // Nothing is due but in a turn.
        stage
            .execute("UPDATE applications SET next_try_at = '2027-01-01' WHERE status = 'awaiting_register'");
        stage.system.block_on(async {
            match (life.expected, answer) {
                (Expected::Nothing, None) => {}
                (Expected::Status(status), Some(answer)) => drop(json_of(answer, status).await),
                (Expected::Refused(status, code), Some(answer)) => drop(refused(answer, status, code).await),
                (expected, answer) => panic!("{expected:?}, and not {answer:?}"),
            }
        });
    }

    async fn take(&mut self, step: &Step, life: &Life) -> Option<Response> {
        match step {
            Step::RegisterSays(answer) => self.register_says(*answer),
            Step::ManyBadAnswers => {
                self.update_waiting("bad_answers = 29, bad_since = changed_at");
            }
            Step::Turn => self.turn(life, false).await,
            Step::TwoTurns => self.turn(life, true).await,
            Step::Transfer => self.transfer().await,
            Step::Undo => self.undo().await,
            Step::Apply => return Some(self.owner().apply("employment").await),
            Step::Claim(officer, at) => {
                let path = format!("/v1/review/applications/{}/claim", self.row(*at).id);
                return Some(self.stage.officer(*officer).post(&path, &json!({})).await);
            }
            Step::Decide(officer, at, decision) => {
                let path = format!("/v1/review/applications/{}/decision", self.row(*at).id);
                return Some(self.stage.officer(*officer).post(&path, &body(*decision)).await);
            }
            Step::Withdraw(at) => {
                let path = format!("/v1/applications/{}/withdraw", self.row(*at).id);
                return Some(self.owner().post(&path, &json!({})).await);
            }
            Step::Revoke(at) => {
                let path = format!("/v1/certificates/{}/revocation", self.row(*at).certificate_id);
                return Some(self.stage.officer(0).post(&path, &json!({"reason": "fraud"})).await);
            }
            Step::Correct(at) => {
                let path = format!("/v1/certificates/{}/corrections", self.row(*at).certificate_id);
                let correction = json!({"field": "birth_place", "value": "Bârlad"});
                return Some(self.owner().post(&path, &correction).await);
            }
        }
        None
    }

    fn owner(&self) -> Citizen<'_> {
        self.stage.session(&self.accounts[self.owner].1)
    }

    fn register_says(&self, answer: Answer) {
        self.stage.moods.set_of(
            cnp(self.person).as_str(),
            match answer {
                Answer::Clean | Answer::Entries => Mood::Good,
                Answer::Away => Mood::Away,
                Answer::Bad => Mood::Unusable,
            },
        );
        if matches!(answer, Answer::Clean | Answer::Entries) {
            set_entries(&self.stage.house, self.person, answer == Answer::Entries, start());
        }
    }

    /// Both nodes look. Of two that are at it the second began when the first's lease had ended.
    async fn turn(&self, life: &Life, both: bool) {
        let stage = &self.stage;
        let before: Vec<(String, i64)> =
            self.rows().into_iter().map(|row| (row.status, row.bad_answers)).collect();
        let has_changed =
            || self.rows().into_iter().map(|row| (row.status, row.bad_answers)).collect::<Vec<_>>() != before;
        let is_due = || self.update_waiting("next_try_at = created_at");
        stage.moods.take_asked();
        let asks = if both { 2 } else { 1 };
        if both {
            stage.moods.hold();
        }
        is_due();
        if both {
            until("the first asks", || stage.moods.asked() >= 1).await;
            is_due();
            until("the second asks", || stage.moods.asked() >= 2).await;
            stage.moods.let_go();
        }
        let ends = life.register != Answer::Away;
        until("the turn ends", || {
            stage.moods.is_idle() && if ends { has_changed() } else { stage.moods.asked() >= asks }
        })
        .await;
    }

    /// The other account claims at a counter to be the person, and an officer says so.
    async fn transfer(&mut self) {
        let claim = json!({"cnp": cnp(self.person).as_str(), "family_name": "Mulțimea", "given_name": "Ana"});
        self.owner = 1;
        let (verification, code) = self.owner().claim(&claim).await;
        let desk = self.stage.desk();
        json_of(desk.open(&code).await, 200).await;
        let document =
            json!({"type": "identity_card", "series": "VS", "number": "123456", "expires_on": "2036-05-14"});
        let body = json!({"decision": "certify", "document": document, "transfer": true});
        json_of(desk.decide(&verification, &body).await, 200).await;
        self.verification = verification;
    }

    async fn undo(&mut self) {
        let desk = self.stage.desk();
        json_of(desk.undo(&self.verification).await, 200).await;
        self.owner = 0;
        let now = self.stage.clock.now();
        self.accounts[0].1 = open_session(&mut self.stage.connect(), self.accounts[0].0, None, now);
    }

    /// Changes the person's application that awaits a register; those of other traces stay as they are.
    fn update_waiting(&self, changes: &str) {
        let own = OWNER.replace("ACCOUNTS", &self.accounts());
        let waiting = format!("status = 'awaiting_register' AND owner_index = {own}");
        self.stage.execute(&format!("UPDATE applications SET {changes} WHERE {waiting}"));
    }

    fn accounts(&self) -> String {
        self.accounts.each_ref().map(|(account, _)| account.to_string()).join("', '")
    }

    fn rows(&self) -> Vec<Row> {
        let own = OWNER.replace("ACCOUNTS", &self.accounts());
        sql_query(ROWS.replace("OWNER", &own)).load(&mut self.stage.connect()).unwrap()
    }

    fn row(&self, at: usize) -> Row {
        self.rows().into_iter().nth(at).unwrap()
    }

    /// Holds the rows against the model.
    pub fn check(&self, life: &Life) {
        let rows = self.rows();
        let stored = rows.iter().map(|row| {
            let certificates = i64::from(row.certificate != "none");
            assert_eq!(row.certificates, certificates, "one certificate at most: {row:?}");
            (row.status.as_str(), row.events.clone(), row.certificate.as_str(), row.undone, row.bad_answers)
        });
        let expected = life.applications.iter().map(|one| {
            let certificate = one.certificate.as_str();
            (one.status.as_str(), one.events.join(" "), certificate, one.undone, i64::from(one.bad_answers))
        });
        assert_eq!(stored.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        assert_eq!(self.stage.house.database.count(STRAYS), 0);
        let sent = self.stage.house.database.count(MAILS) - self.mails;
        match life.mails {
            Mails::Exactly(mails) => assert_eq!(sent, i64::from(mails), "mails: {}", self.newest_mails()),
            Mails::AtLeast(mails) => assert!(sent >= i64::from(mails), "{sent} mails, and not {mails}"),
        }
    }

    fn newest_mails(&self) -> String {
        let stage = &self.stage;
        let mails: Value =
            stage.system.block_on(async { json_of(stage.house.get("/sandbox/mailbox").await, 200).await });
        let subjects =
            mails["items"].as_array().unwrap().iter().take(5).map(|mail| mail["subject"].to_string());
        subjects.collect::<Vec<_>>().join(", ")
    }

    /// What the public is told of each certificate at the end.
    pub fn end(self, life: &Life) {
        let stage = self.stage.clone();
        for (row, application) in self.rows().iter().zip(&life.applications) {
            if row.number.is_empty() {
                continue;
            }
            let body = json!({"registration_number": row.number, "cnp": cnp(self.person).as_str()});
            let told: Value = stage
                .system
                .block_on(async { json_of(stage.house.post("/v1/verify", &body).await, 200).await });
            assert_eq!(told["outcome"], application.certificate.as_str());
        }
    }
}

fn body(decision: Decision) -> Value {
    match decision {
        Decision::Issue => json!({"decision": "issue"}),
        Decision::Clear => json!({"decision": "clear", "note": "Altă persoană."}),
        Decision::Reject => {
            json!({"decision": "reject", "reason": "handled_at_counter", "note": "La ghișeu."})
        }
    }
}
