//! Time: the clock, the civil dates by which the law counts, the working days of the public service.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `clock` | the clock |
//! | `civil_date` | dates in Romania |
//! | `working_days` | working days of the public service |

pub mod civil_date;
pub mod clock;
pub mod working_days;

pub use clock::Clock;
