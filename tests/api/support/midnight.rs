//! No test at the machine's time crosses a midnight in Romania: what was applied for today would be of yesterday.

use actix_web::rt::time::sleep;
use cazier::time::civil_date;
use chrono::{DateTime, Days, TimeDelta, Utc};

/// Longer than a test takes on a busy machine.
const LONGEST: TimeDelta = TimeDelta::minutes(3);

/// Waits until midnight is over, if a test that begins now could cross it.
pub async fn pass_midnight() {
    if let Some(left) = left(Utc::now()) {
        sleep(left.to_std().unwrap()).await;
    }
}

/// How long it is to midnight, if that is near.
fn left(now: DateTime<Utc>) -> Option<TimeDelta> {
    let midnight = civil_date::start_of_day(civil_date::today(now) + Days::new(1));
    Some(midnight - now).filter(|left| *left < LONGEST)
}

#[test]
fn midnight_is_waited_for_when_it_is_near() {
    let left = |now: &str| left(now.parse().unwrap()).map(|left| left.num_seconds());
    assert_eq!(left("2026-11-30T21:57:00Z"), None);
    assert_eq!(left("2026-11-30T21:57:01Z"), Some(179));
    assert_eq!(left("2026-11-30T22:00:00Z"), None);
    assert_eq!(left("2026-06-30T20:59:59Z"), Some(1), "in summer");
}
