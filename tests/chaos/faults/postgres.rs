//! What happens to PostgreSQL: connections ended, processes killed or frozen, tables locked, writes forbidden.

use diesel::connection::SimpleConnection;
use rustix::process::{Pid, Signal, kill_process};

use super::{Fault, Group};
use crate::house::House;
use crate::house::database::ROLE;

/// Tables that many statements go through.
const HOT: [(&str, &str); 5] = [
    ("PostgreSQL: certificates locked", "certificates"),
    ("PostgreSQL: sessions locked", "sessions"),
    ("PostgreSQL: applications locked", "applications"),
    ("PostgreSQL: idempotency keys locked", "idempotency_keys"),
    ("PostgreSQL: jobs locked", "jobs"),
];

pub fn faults() -> Vec<Fault> {
    let mut faults = vec![
        server("PostgreSQL: all connections ended", 50, |house| end_connections(house), |_| ()).short(),
        server("PostgreSQL: one process killed (crash recovery)", 50, |house| kill_one(house), |_| ())
            .short(),
        server("PostgreSQL: fast restart", 10, |house| restart(house, Signal::INT), |_| ()),
        server("PostgreSQL: immediate restart", 10, |house| restart(house, Signal::QUIT), |_| ()),
        server("PostgreSQL: kill -9", 10, |house| restart(house, Signal::KILL), |_| ()).short(),
        server("PostgreSQL: away for 3 s", 3000, end, |house| house.database.start()),
        server("PostgreSQL: frozen (SIGSTOP)", 3000, freeze, |house| house.database.signal_all(Signal::CONT)),
        server(
            "PostgreSQL: takes no writes",
            2000,
            |house| writes(house, "SET default_transaction_read_only = on"),
            |house| {
                writes(house, "RESET default_transaction_read_only");
            },
        ),
        server(
            "PostgreSQL: too many connections",
            2000,
            |house| limit(house, 3) && end_connections(house),
            |house| {
                limit(house, -1);
            },
        ),
    ];
    faults.extend(HOT.map(|(name, table)| locked(name, table)));
    faults
}

fn server(
    name: &'static str,
    hold: u64,
    inject: impl Fn(&mut House) -> bool + 'static,
    heal: impl Fn(&mut House) + 'static,
) -> Fault {
    Fault::may_fail(name, Group::Server, hold, move |house, _| inject(house), heal)
}

fn end_connections(house: &House) -> bool {
    let others = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}'");
    house.database.run(&[&others])
}

/// PostgreSQL ends all others and recovers.
fn kill_one(house: &House) -> bool {
    let busy = format!(
        "SELECT pid::bigint AS number FROM pg_stat_activity WHERE usename = '{ROLE}' ORDER BY state_change DESC NULLS LAST LIMIT 1"
    );
    let pid = house.database.number(&busy).and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok())
}

fn restart(house: &mut House, signal: Signal) -> bool {
    house.database.restart(signal);
    true
}

fn end(house: &mut House) -> bool {
    house.database.end(Signal::INT);
    true
}

fn freeze(house: &mut House) -> bool {
    house.database.signal_all(Signal::STOP);
    true
}

fn writes(house: &House, setting: &str) -> bool {
    house.database.run(&[&format!("ALTER SYSTEM {setting}"), "SELECT pg_reload_conf()"])
}

fn limit(house: &House, connections: i32) -> bool {
    house.database.run(&[&format!("ALTER ROLE {ROLE} CONNECTION LIMIT {connections}")])
}

fn locked(name: &'static str, table: &'static str) -> Fault {
    let lock = move |house: &mut House| {
        let mut holder = house.database.connect()?;
        // Not for ever, when the table is held by those whom we want to hold up.
        let lock =
            format!("BEGIN; SET LOCAL lock_timeout = '5s'; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        holder.batch_execute(&lock).ok()?;
        house.holder = Some(holder);
        Some(())
    };
    let inject = move |house: &mut House, _: &mut _| lock(house).is_some();
    Fault::may_fail(name, Group::Tables, 3000, inject, |house| house.holder = None)
}
