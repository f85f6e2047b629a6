//! What `docs/backups.md` promises, done as it says: a base backup and the log after it, back to a moment between two
//! certificates. What was acknowledged before the moment is there and verifies; what came after is found in the log.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail at any line"
)]

use std::env;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use cazier::config::VARIABLES;
use cazier::db::roles::DbRole;
use cazier::sandbox::postgres::{DATABASE, Options, PrivatePostgres};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use reqwest::{Client, Method, Response};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

const DOCUMENT: &str = include_str!("../docs/backups.md");
const EMAIL: &str = "ana@example.ro";
const PASSWORD: &str = "trei cai albi pe deal";
/// What is fetched of a certificate, and under which name it is kept.
const FILES: [(&str, &str); 2] =
    [("payload", "certificate.json"), ("signature?level=b-lt", "certificate.json.p7s")];
/// The test person `clean`.
const CNP: &str = "2880514121171";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn execute(url: &str, sql: &str) {
    sql_query(sql).execute(&mut PgConnection::establish(url).unwrap()).unwrap();
}

/// The rows of a query, each as one line of text.
fn lines(url: &str, sql: &str) -> Vec<String> {
    let sql = format!(
        "SELECT concat_ws(' ', VARIADIC ARRAY(SELECT value FROM jsonb_each_text(to_jsonb(q)))) AS line FROM ({sql}) q"
    );
    let rows: Vec<Line> = sql_query(sql).load(&mut PgConnection::establish(url).unwrap()).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

fn number(url: &str, sql: &str) -> i64 {
    let sql = format!("SELECT ({sql})::bigint AS number");
    sql_query(sql).get_result::<Number>(&mut PgConnection::establish(url).unwrap()).unwrap().number
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(120);
    while Instant::now() < end {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("not within two minutes: {what}")
}

/// The block of the document that follows these words.
fn block(words: &str, language: &str) -> &'static str {
    let (_, rest) = DOCUMENT.split_once(&format!("{words}\n\n```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// A folder that every user can get to.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

fn start(data_dir: &Path) -> PrivatePostgres {
    PrivatePostgres::start(Options { data_dir: data_dir.to_owned(), durable: true }).unwrap()
}

/// A program run to its end as the user that runs PostgreSQL, who owns this folder.
fn as_owner_of(folder: &Path, program: &str, arguments: &[&str]) {
    let owner = fs::metadata(folder).unwrap();
    let mut command = if geteuid().is_root() {
        let mut command = Command::new("setpriv");
        command.args([format!("--reuid={}", owner.uid()), format!("--regid={}", owner.gid())]);
        command.args(["--clear-groups", program]);
        command
    } else {
        Command::new(program)
    };
    let output = command.args(arguments).current_dir("/").output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The program, on free ports and without the settings of whoever runs the tests.
fn cazier(folder: &Path) -> Command {
    let program = env::var_os("BACKUP_TEST_CAZIER").unwrap_or_else(|| env!("CARGO_BIN_EXE_cazier").into());
    let mut command = Command::new(program);
    for variable in VARIABLES.iter().filter(|variable| variable.name != "CAZIER_POSTGRES_BIN") {
        command.env_remove(variable.name);
    }
    for name in ["CAZIER_LISTEN", "CAZIER_SANDBOX_LISTEN", "CAZIER_METRICS_LISTEN"] {
        command.env(name, "127.0.0.1:0");
    }
    // The test's client keeps no cookies: it looks at what a restored database knows.
    command.env("CAZIER_SANDBOX_LENIENT", "browser_cookie");
    command.current_dir(folder).env("CAZIER_DATA_DIR", folder.join("data"));
    command
}

/// A running `cazier dev`, which has the keys of the folder.
struct Dev {
    process: Child,
    api: String,
    http: Client,
}

impl Dev {
    fn start(folder: &Path, database_url: Option<&str>) -> Self {
        let ready = folder.join("ready.json");
        let _ = fs::remove_file(&ready);
        let log = File::create(folder.join("log")).unwrap();
        let mut command = cazier(folder);
        command.args(["dev", "--ready-file"]).arg(&ready);
        command.envs(database_url.map(|url| ("DATABASE_URL", url)));
        let process = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let places: Value =
            wait_for("the service answers", || serde_json::from_str(&fs::read_to_string(&ready).ok()?).ok());
        Self { process, api: places["api"].as_str().unwrap().to_owned(), http: Client::new() }
    }

    async fn ask(&self, method: Method, path: &str, token: &str, body: &Value) -> Response {
        let address = format!("{}{}", self.api, path);
        let request = self.http.request(method.clone(), address);
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        if method == Method::GET { request.send().await } else { request.json(body).send().await }.unwrap()
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        json_of(self.ask(Method::POST, path, token, body).await).await
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        json_of(self.ask(Method::GET, path, token, &Value::Null).await).await
    }

    async fn file(&self, path: &str, token: &str, to: &Path) {
        let answer = self.ask(Method::GET, path, token, &Value::Null).await;
        assert!(answer.status().is_success(), "{path}");
        fs::write(to, answer.bytes().await.unwrap()).unwrap();
    }

    /// Opens the account of the test person.
    async fn open_account(&self) {
        self.post("/v1/accounts", "", &json!({"email": EMAIL, "password": PASSWORD})).await;
        let mut token = None;
        for _ in 0..600 {
            let mails = self.get(&format!("/sandbox/mailbox?to={EMAIL}"), "").await;
            let text = mails["items"][0]["text"].as_str().unwrap_or_default();
            token = text.lines().find_map(|line| Some(line.split_once("token=")?.1.to_owned()));
            if token.is_some() {
                break;
            }
            actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        }
        self.post("/v1/accounts/confirm-email", "", &json!({"token": token.unwrap(), "password": PASSWORD}))
            .await;
        let access = self.log_in().await;
        let begin = json!({"method": "ghiseul", "return_url": format!("{}/sandbox/returned", self.api)});
        let begun = self.post("/v1/identity-verifications", &access, &begin).await;
        let redirect = format!("{}&login_hint=clean:success", begun["redirect_url"].as_str().unwrap());
        let back = self.http.get(redirect).send().await.unwrap();
        assert!(back.url().as_str().contains("status=verified"), "{}", back.url());
    }

    async fn log_in(&self) -> String {
        let session = self.post("/v1/sessions", "", &json!({"email": EMAIL, "password": PASSWORD})).await;
        session["access_token"].as_str().unwrap().to_owned()
    }

    async fn apply(&self, access: &str, reason: &str) -> Value {
        let body = json!({"service": "criminal-record-certificate", "reason": reason, "declaration": true});
        self.post("/v1/applications", access, &body).await
    }

    /// Applies, and keeps the signed files in a folder of this name.
    async fn certificate(&self, access: &str, reason: &str, folder: &Path) -> Value {
        let certificate = self.apply(access, reason).await["certificate"].clone();
        self.files(access, &certificate, &folder.join(reason)).await;
        certificate
    }

    /// The signature is fetched at the level that is judged without asking anybody, which it is raised to soon.
    async fn files(&self, access: &str, certificate: &Value, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        let id = certificate["id"].as_str().unwrap();
        for (path, name) in FILES {
            let path = format!("/v1/certificates/{id}/{path}");
            let mut answer = self.ask(Method::GET, &path, access, &Value::Null).await;
            for _ in 0..600 {
                if answer.status().as_u16() != 409 {
                    break;
                }
                actix_web::rt::time::sleep(Duration::from_millis(100)).await;
                answer = self.ask(Method::GET, &path, access, &Value::Null).await;
            }
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
            fs::write(folder.join(name), answer.bytes().await.unwrap()).unwrap();
        }
    }

    async fn revoke(&self, certificate: &Value) {
        let officers = self.get("/sandbox/officers", "").await;
        let officer = officers["items"].as_array().unwrap().iter().find(|one| one["role"] == "officer");
        let officer = officer.unwrap();
        let log_in = json!({"email": officer["email"], "password": cazier::sandbox::STAFF_PASSWORD, "totp": officer["totp"]});
        let session = self.post("/v1/sessions", "", &log_in).await;
        let path = format!("/v1/certificates/{}/revocation", certificate["id"].as_str().unwrap());
        self.post(&path, session["access_token"].as_str().unwrap(), &json!({"reason": "fraud"})).await;
    }

    async fn outcome(&self, certificate: &Value) -> Value {
        let asked = json!({"registration_number": certificate["registration_number"], "cnp": CNP});
        self.post("/v1/verify", "", &asked).await["outcome"].clone()
    }

    /// SIGTERM; it must end in order.
    fn end(mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn json_of(answer: Response) -> Value {
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{status} {text}");
    serde_json::from_str(&text).unwrap()
}

/// A cluster whose log is archived, with the archive and the base backup beside it.
struct Site {
    folder: TempDir,
    postgres: PrivatePostgres,
}

impl Site {
    fn start() -> Self {
        let folder = folder();
        let postgres = start(&folder.path().join("data"));
        let site = Self { folder, postgres };
        let owner = fs::metadata(site.postgres.folder()).unwrap();
        fs::create_dir(site.path("backup")).unwrap();
        chown(site.path("backup"), Some(owner.uid()), Some(owner.gid())).unwrap();
        as_owner_of(&site.path("backup"), "mkdir", &[&site.text("backup/wal")]);
        for setting in block("On the server, once:", "sql").trim().split_terminator(';') {
            let setting = setting.trim().replace("/backup/", &format!("{}/", site.text("backup")));
            execute(&site.postgres.url(), &setting);
        }
        let Self { folder, postgres } = site;
        postgres.stop();
        Self { postgres: start(&folder.path().join("data")), folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The two commands of the document.
    fn back_up(&self) {
        let (base, url) = (self.text("backup/base"), self.postgres.url());
        let backup = self.path("backup");
        as_owner_of(&backup, "pg_basebackup", &["-d", &url, "-D", &base, "--checkpoint=fast"]);
        as_owner_of(&backup, &pg_program("pg_verifybackup"), &[&base]);
    }

    /// Has the last of the log archived, as the next full segment would.
    fn archive_all(&self) {
        let url = self.postgres.url();
        let segment = lines(&url, "SELECT pg_walfile_name(pg_switch_wal()) AS name").remove(0);
        wait_for("the log is archived", || self.path("backup/wal").join(&segment).exists().then_some(()));
    }

    /// A server of the backup, with the log up to a moment, or all of it.
    fn restore(&self, name: &str, until: Option<&str>) -> PrivatePostgres {
        let backup = self.path("backup");
        let home = self.text(&format!("backup/{name}"));
        as_owner_of(&backup, "mkdir", &["-p", "-m", "700", &format!("{home}/postgres")]);
        as_owner_of(&backup, "cp", &["-a", &self.text("backup/base"), &format!("{home}/postgres/data")]);
        let settings = block("In the restored folder's `postgresql.auto.conf`:", "ini");
        let settings: String = settings
            .lines()
            .filter(|line| until.is_some() || !line.starts_with("recovery_target_time"))
            .map(|line| line.replace("2026-11-26 14:05:00+02", until.unwrap_or_default()) + "\n")
            .collect();
        let settings = settings.replace("/backup/", &format!("{}/", self.text("backup")));
        let data = self.path(&format!("backup/{name}/postgres/data"));
        let file = data.join("postgresql.auto.conf");
        fs::write(&file, fs::read_to_string(&file).unwrap() + &settings).unwrap();
        as_owner_of(&backup, "touch", &[&data.join("recovery.signal").display().to_string()]);
        let postgres = start(&self.path(&format!("backup/{name}")));
        wait_for("recovery is over", || {
            (number(&postgres.url(), "SELECT pg_is_in_recovery()::int") == 0).then_some(())
        });
        postgres
    }
}

/// A program of PostgreSQL that Debian puts on no path.
fn pg_program(name: &str) -> String {
    let output = Command::new("pg_config").arg("--bindir").output();
    let folder = output.ok().map(|output| String::from_utf8(output.stdout).unwrap().trim().to_owned());
    let beside = folder.into_iter().chain((13..30).rev().map(|n| format!("/usr/lib/postgresql/{n}/bin")));
    let found = beside.map(|folder| format!("{folder}/{name}")).find(|path| Path::new(path).exists());
    found.unwrap_or_else(|| name.to_owned())
}

/// What must be equal before and after.
const COUNTED: &str = "SELECT (SELECT count(*) FROM certificates) AS a, (SELECT count(*) FROM applications) AS b, \
                       (SELECT count(*) FROM application_events) AS c, (SELECT count(*) FROM accounts) AS d, \
                       (SELECT count(*) FROM audit_events WHERE action LIKE 'certificate%') AS e";

fn passes(folder: &Path, trust: &Path, files: &Path) -> Output {
    let mut command = cazier(folder);
    command.args(["verify", "--test", "--trust"]).arg(trust);
    command.args(FILES.map(|(_, name)| files.join(name)));
    command.output().unwrap()
}

#[actix_web::test]
async fn a_backup_and_its_log_lead_back_to_any_moment() {
    let site = Site::start();
    let dev = Dev::start(site.folder.path(), None);
    dev.open_account().await;
    let access = dev.log_in().await;
    let in_base = dev.certificate(&access, "employment", site.folder.path()).await;
    site.back_up();
    let in_log = dev.certificate(&access, "studies", site.folder.path()).await;
    let counts = lines(&site.postgres.url(), COUNTED);
    let moment = lines(&site.postgres.url(), "SELECT clock_timestamp()::text AS now").remove(0);
    let lost = dev.certificate(&access, "volunteering", site.folder.path()).await;
    dev.revoke(&in_log).await;
    assert_eq!(dev.outcome(&in_log).await, "revoked");
    dev.file("/v1/verify/trust/signed", "", &site.path("trust.jws")).await;
    site.archive_all();
    dev.end();

    let restored = site.restore("then", Some(&moment));
    assert_eq!(
        lines(&restored.url(), COUNTED),
        counts,
        "what was acknowledged before the moment, and no more"
    );
    roles_after(&site, &restored);
    the_log_is_whole(&site, &restored.url(), true);
    let dev = Dev::start(site.folder.path(), Some(&restored.url()));
    let access = dev.log_in().await;
    let listed = dev.get("/v1/certificates", &access).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2, "{listed}");
    for (certificate, reason) in [(&in_base, "employment"), (&in_log, "studies")] {
        // Found by the keyed index of the person, and bound: a row that is not as it was written answers 503.
        assert_eq!(dev.outcome(certificate).await, "valid", "{reason}");
        let again = site.path("again");
        dev.files(&access, certificate, &again).await;
        let passed = passes(site.folder.path(), &site.path("trust.jws"), &again);
        assert!(passed.status.success(), "{}", String::from_utf8_lossy(&passed.stdout));
        for (_, name) in FILES {
            assert_eq!(fs::read(again.join(name)).unwrap(), fs::read(site.path(reason).join(name)).unwrap());
        }
    }
    // What came after the moment is not known here, however genuine it is: its number matches nothing.
    assert_eq!(dev.outcome(&lost).await, "no_match");
    let passed = passes(site.folder.path(), &site.path("trust.jws"), &site.path("volunteering"));
    assert!(passed.status.success(), "{}", String::from_utf8_lossy(&passed.stdout));
    // The day's application of before the moment still counts, that of after does not.
    let twice =
        json!({"service": "criminal-record-certificate", "reason": "employment", "declaration": true});
    let refused = dev.ask(Method::POST, "/v1/applications", &access, &twice).await;
    assert_eq!(refused.status().as_u16(), 409);
    let anew = dev.apply(&access, "volunteering").await;
    assert_ne!(anew["certificate"]["registration_number"], lost["registration_number"]);
    dev.end();

    let all = site.restore("all", None);
    let query = block("What came after the moment:", "sql").replace("2026-11-26 14:05:00+02", &moment);
    let after = lines(&all.url(), query.trim().trim_end_matches(';'));
    let of = |certificate: &Value| {
        let number = certificate["registration_number"].as_str().unwrap();
        after.iter().filter(|line| line.contains(number)).count()
    };
    assert_eq!((of(&in_base), of(&in_log), of(&lost)), (0, 1, 1), "{after:?}");

    the_log_is_whole(&site, &all.url(), true);
    execute(
        &all.url(),
        "DO $$ BEGIN PERFORM set_config('session_replication_role', 'replica', true); \
         DELETE FROM audit_events WHERE id = (SELECT min(id) FROM audit_events); END $$",
    );
    the_log_is_whole(&site, &all.url(), false);
    without_the_keys(&site, &restored.url());
}

/// As the document says: the rights of this version, to the roles that came with the backup.
fn roles_after(site: &Site, restored: &PrivatePostgres) {
    execute(&restored.url(), "GRANT DELETE ON audit_events TO cazier_serve");
    let mut apply = cazier(site.folder.path());
    let applied = apply.args(["roles", "--apply"]).env("DATABASE_URL", restored.url()).output().unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    let mut node = PgConnection::establish(&restored.url_as(DbRole::Serve, DATABASE)).unwrap();
    sql_query("SELECT FROM certificates").execute(&mut node).unwrap();
    assert!(
        sql_query("DELETE FROM audit_events")
            .execute(&mut node)
            .unwrap_err()
            .to_string()
            .contains("permission denied")
    );
}

/// Checks the tamper-evident log of a restored database, as the document says.
fn the_log_is_whole(site: &Site, database_url: &str, is_whole: bool) {
    let checked = cazier(site.folder.path())
        .args(["audit", "verify"])
        .env("CAZIER_CONFIG", "/dev/null")
        .env("DATABASE_URL", database_url)
        .env("CAZIER_INDEX_KEYS", fs::read_to_string(site.path("data/keys/index-keys")).unwrap().trim())
        .output()
        .unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
    assert_eq!(checked.status.success(), is_whole, "{said}");
}

/// A restored database takes no node with another index key: it would find nobody, and say so.
fn without_the_keys(site: &Site, database_url: &str) {
    let keys = cazier(site.folder.path()).arg("generate-key").output().unwrap();
    let node = cazier(site.folder.path())
        .args(["serve", "--sandbox"])
        .env("CAZIER_CONFIG", site.path("data/keys/serve.env"))
        .env("DATABASE_URL", database_url)
        .env("CAZIER_INDEX_KEYS", String::from_utf8(keys.stdout).unwrap().trim())
        .output()
        .unwrap();
    assert!(!node.status.success());
    let text = String::from_utf8(node.stderr).unwrap();
    assert!(text.contains("CAZIER_INDEX_KEYS"), "{text}");
}

#[test]
fn an_ordinary_user_can_do_it_too() {
    if !geteuid().is_root() {
        return; // Then the test above was run by one.
    }
    let folder = folder();
    let (tests, program) = (folder.path().join("tests"), folder.path().join("cazier"));
    fs::copy(env::current_exe().unwrap(), &tests).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_cazier"), &program).unwrap();
    let output = Command::new("setpriv")
        .args(["--reuid=nobody", "--regid=65534", "--clear-groups"])
        .arg(tests)
        .env("TMPDIR", "/tmp")
        .env("BACKUP_TEST_CAZIER", program)
        .current_dir("/")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && printed.contains("test result: ok"), "{printed}{errors}");
}
