//! What happens to the machine below: a full disk, a device that is pulled, a clock that jumps, too little memory; and a
//! node of another version.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Fault, Group};
use crate::house::House;
use crate::house::disk::Disk;

/// Debian's library that tells a program another time.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
/// Address space of a node that has little, in bytes: its threads' stacks and arenas take most of it.
const LITTLE: u64 = 1 << 30;
/// Seconds: mails of a node that is ahead leave when its time has come, and a newcomer waits for a link for 20 s.
const SKEW: u64 = 30;
/// Clients on top of the usual dozen, some of whom try passwords.
const STRANGERS: usize = 40;

pub fn faults(flood: &Arc<AtomicUsize>, previous: Option<PathBuf>) -> Vec<Fault> {
    let clock = "clock of a node: four minutes ahead and back";
    let mut faults = vec![
        Fault::may_fail("disk of PostgreSQL: full", Group::Server, 2500, |house, _| fill(house), empty),
        Fault::may_fail("seal's device: pulled", Group::Device, 2000, |house, _| pull(house, true), put_back),
        Fault::may_fail(clock, Group::Nodes, 2000, |house, _| jump(house), right).within(SKEW),
        little_memory(flood),
    ];
    faults.extend(previous.map(version_before));
    faults
}

fn little_memory(flood: &Arc<AtomicUsize>) -> Fault {
    let name = "node: 1 GiB of address space, and strangers who log in";
    let (rises, falls) = (flood.clone(), flood.clone());
    let limit = |house: &mut House, bytes| {
        house.serving[1].limit_memory(bytes);
        restart(house);
    };
    let inject = move |house: &mut House, _: &mut _| {
        limit(house, Some(LITTLE));
        rises.store(STRANGERS, Ordering::Relaxed);
    };
    Fault::new(name, Group::Nodes, 4000, inject, move |house| {
        falls.store(0, Ordering::Relaxed);
        limit(house, None);
    })
}

fn version_before(program: PathBuf) -> Fault {
    let name = "node of the version before, on the schema of this one";
    let inject = move |house: &mut House, _: &mut _| {
        house.serving[1].run_program(Some(&program));
        replace(house);
    };
    Fault::new(name, Group::Nodes, 4000, inject, |house| {
        house.serving[1].run_program(None);
        replace(house);
    })
}

fn fill(house: &mut House) -> bool {
    house.disk.as_ref().is_some_and(Disk::fill)
}

/// PostgreSQL may have given up meanwhile.
fn empty(house: &mut House) {
    if let Some(disk) = &house.disk {
        disk.empty();
        house.database.start();
    }
}

fn pull(house: &House, away: bool) -> bool {
    house.token.as_ref().is_some_and(|token| token.pull(away))
}

fn put_back(house: &mut House) {
    pull(house, false);
}

/// The second node, replaced as in a roll-out: what it has in hand is finished first.
fn replace(house: &mut House) {
    house.serving[1].terminate();
    house.start_nodes();
}

/// The second node, killed and started with the settings that it has now.
fn restart(house: &mut House) {
    house.serving[1].kill();
    house.start_nodes();
}

/// The second node runs under a clock that is told its time, and then is told another one.
fn jump(house: &mut House) -> bool {
    if !fs::exists(FAKETIME).unwrap_or(false) {
        return false;
    }
    let file = house.folder().join("time");
    fs::write(&file, "+0").unwrap();
    let settings = [
        ("LD_PRELOAD", FAKETIME),
        ("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    settings.iter().for_each(|(name, value)| house.serving[1].set(name, Some(value)));
    restart(house);
    fs::write(&file, "+240").unwrap();
    true
}

fn right(house: &mut House) {
    if fs::exists(house.folder().join("time")).unwrap_or(false) {
        fs::write(house.folder().join("time"), "+0").unwrap();
        for name in
            ["LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"]
        {
            house.serving[1].set(name, None);
        }
        restart(house);
    }
}
