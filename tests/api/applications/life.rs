//! The life of an application against its model: traces of steps are made up, and replayed over HTTP on two nodes and a real
//! database. After each step its answer, the rows and the mails are those of the model.
//!
//! `PROPTEST_CASES` says how many traces (1000 is the long form, some ten minutes), and `PROPTEST_RNG_SEED` which; without it
//! the seed is printed. A trace that failed is made as short as it can be, told, and kept in `tests/api/applications/life.regressions`:
//! it is replayed first from then on.

mod model;
mod stage;

use std::cell::RefCell;
use std::rc::Rc;

use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use self::model::{Life, Step};
use self::stage::{Play, Stage};

/// Traces of the short form.
const TRACES: u32 = 24;
/// Steps of a trace.
const STEPS: std::ops::Range<usize> = 4..18;

thread_local! {
    static STAGE: RefCell<Option<Rc<Stage>>> = const { RefCell::new(None) };
}

struct OnStage;

impl StateMachineTest for OnStage {
    type SystemUnderTest = Play;
    type Reference = Life;

    fn init_test(_: &Life) -> Play {
        let stage =
            STAGE.with(|stage| stage.borrow_mut().get_or_insert_with(|| Rc::new(Stage::build())).clone());
        Play::begin(stage)
    }

    fn apply(mut play: Play, life: &Life, step: Step) -> Play {
        play.play(&step, life);
        play
    }

    fn check_invariants(play: &Play, life: &Life) {
        play.check(life);
    }

    fn teardown(play: Play, life: Life) {
        play.end(&life);
    }
}

#[test]
fn an_application_lives_as_its_model_does() {
    let mut config = Config {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/api/applications/life.regressions",
        ))),
        max_shrink_iters: 300,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = TRACES;
    }
    if let RngSeed::Random = config.rng_seed {
        config.rng_seed =
            RngSeed::Fixed(u64::from(std::process::id()) ^ chrono::Utc::now().timestamp().unsigned_abs());
    }
    println!("{} traces of the seed PROPTEST_RNG_SEED={}", config.cases, config.rng_seed);
    let mut runner = TestRunner::new(config.clone());
    let outcome = runner.run(&Life::sequential_strategy(STEPS), |(life, steps, seen)| {
        OnStage::test_sequential(config.clone(), life, steps, seen);
        Ok(())
    });
    STAGE.take();
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
