//! What happens to everybody else: registers, Ghișeul, time-stamps, revocation, the mail server.

use super::network::of_way;
use super::{Fault, Group};
use crate::house::House;
use crate::proxy::Mode;

/// Seconds; longer than the circuit breakers of the registers and of the provider stay open.
const BREAKERS: u64 = 45;

pub fn faults() -> Vec<Fault> {
    let mut faults = vec![
        Fault::new(
            "registers: wrong TLS",
            Group::Registers,
            1500,
            |house, _| divert(house, Mode::Divert),
            |house| {
                divert(house, Mode::Pass);
            },
        ),
        Fault::may_fail(
            "registers: 503",
            Group::Registers,
            1500,
            |house, _| outage(house, "now() + interval '1 hour'"),
            |house| {
                outage(house, "now()");
            },
        ),
    ];
    let registers = ["registers: away", "registers: half-open", "registers: slow", "registers: noise"];
    faults.extend(of_way(registers, Group::Registers, |house| &house.ways.registers));
    let provider = ["Ghișeul: away", "Ghișeul: half-open", "Ghișeul: slow", "Ghișeul: noise"];
    faults.extend(of_way(provider, Group::Provider, |house| &house.ways.provider));
    let mut faults: Vec<_> = faults.into_iter().map(|fault| fault.within(BREAKERS)).collect();
    let stamps = ["time-stamps: away", "time-stamps: half-open", "time-stamps: slow", "time-stamps: noise"];
    faults.extend(of_way(stamps, Group::Trust, |house| &house.ways.timestamps));
    let revocation =
        ["OCSP and CRL: away", "OCSP and CRL: half-open", "OCSP and CRL: slow", "OCSP and CRL: noise"];
    faults.extend(of_way(revocation, Group::Trust, |house| &house.ways.revocation));
    let mail = ["mail server: away", "mail server: half-open", "mail server: slow", "mail server: noise"];
    faults.extend(of_way(mail, Group::Mail, |house| &house.ways.mail));
    let later = "mail server: 451 to every mail";
    let refuse = |house: &mut House, refuses| house.mail.refuse(refuses);
    faults.push(
        Fault::new(
            later,
            Group::Mail,
            1500,
            move |house, _| refuse(house, true),
            move |house| refuse(house, false),
        )
        .short(),
    );
    faults
}

/// Leads to an impostor, or to the registers again.
fn divert(house: &mut House, mode: Mode) {
    house.ways.registers.set(mode);
    house.ways.registers.cut();
}

/// Sends all registers away until then.
fn outage(house: &House, until: &str) -> bool {
    let away = format!(
        "INSERT INTO sandbox.outages (register, until) VALUES ('criminal_records', {until}), ('civil_status', {until}) ON CONFLICT (register) DO UPDATE SET until = excluded.until"
    );
    house.registers.run(&[&away])
}
