//! What `cargo test` runs: each transaction once.

use std::net::TcpListener;

use diesel::{Connection, PgConnection};

use super::case::{self, Download, Guess, Issue, Keyed, Verify};
use super::debts::{self, Debts};
use super::drive::{Case, once};
use super::house::House;
use super::launch_day::{Setting, Size};
use super::outside::issuer;
use super::scripts::Scripts;
use super::server::Kind;
use super::{Result, seed, year};

/// Does each once, in one house.
pub fn run() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut house = House::build(false, Some(&issuer(listener.local_addr()?)))?;
    // The mail of the first issue waits until the scripts have seen it.
    house.serve(Kind::WithoutWorker)?;
    let citizens = seed::citizens(&house.database_url, &house.keyring, 2)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    let (keyed, verify) = (Keyed(&issue), Verify::of(&issue));
    let (first, guess) = (Download::first(&issue), Guess::default());
    for case in [&issue as &dyn Case, &keyed, &verify, &first, &guess] {
        once(house.address, case)?;
    }
    once(house.address, &first.later())?;
    year::write(&house, 0, 10)?;
    year::expire(&mut PgConnection::establish(&house.database_url)?, &house)?;
    let scripts = Scripts::prepare(&house.database_url, house.folder())?;
    house.serve(Kind::Whole)?;
    house.wait_for_mails(2)?;
    once(house.add_node()?, &verify)?;
    // One of each way, as far as a hundredth of nothing goes.
    let size = Size::of(0)?;
    Setting::prepare(&house, listener, size)?.day(size)?;
    house.rest();
    let debts = Debts::begin(&house.database_url)?;
    scripts.each_once()?;
    debts.forgive()?;
    // No server runs, so none of them would ever be sent.
    debts::wait_until_paid(&house.database_url)
}
