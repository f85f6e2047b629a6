//! The model: where the applications of one person stand, and what each step must be answered. It knows the rules of the
//! service and nothing of how they are kept.

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest_state_machine::ReferenceStateMachine;

/// What the criminal-record register says of the person now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Clean,
    Entries,
    Away,
    Bad,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Issue,
    Clear,
    Reject,
}

/// A step of the person, an officer, the register or the service. Applications are named by their place, officers by 0 and 1.
#[derive(Debug, Clone)]
pub enum Step {
    RegisterSays(Answer),
    Apply,
    /// The waiting rooms of two nodes look once.
    Turn,
    /// The same, and while the first is at it its lease ends: both are.
    TwoTurns,
    /// As if all but the last bad answer had come already.
    ManyBadAnswers,
    Claim(usize, usize),
    Decide(usize, usize, Decision),
    Withdraw(usize),
    Revoke(usize),
    Correct(usize),
    /// An officer at a counter gives the person to another account of theirs …
    Transfer,
    /// … and finds that it was not theirs.
    Undo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    AwaitingRegister,
    Referred,
    InReview,
    Issued,
    Rejected,
    Withdrawn,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingRegister => "awaiting_register",
            Self::Referred => "referred",
            Self::InReview => "in_review",
            Self::Issued => "issued",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    const fn is_final(self) -> bool {
        matches!(self, Self::Issued | Self::Rejected | Self::Withdrawn)
    }

    /// Whether an officer may look at it.
    const fn is_open_to_officers(self) -> bool {
        matches!(self, Self::Referred | Self::InReview)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    None,
    Valid,
    Revoked,
    Superseded,
}

impl Certificate {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Valid => "valid",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Application {
    pub status: Status,
    pub events: Vec<&'static str>,
    pub certificate: Certificate,
    /// The application whose certificate it is to correct.
    pub corrects: Option<usize>,
    pub undone: bool,
    pub bad_answers: u32,
    reviewer: Option<usize>,
    /// What its officer was shown.
    shown: Option<Answer>,
    /// The steps at which it was made and at which its certificate was.
    made: u32,
    issued: u32,
}

/// What a step is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// There is nobody to answer.
    Nothing,
    Status(u16),
    Refused(u16, &'static str),
}

/// How many mails a step sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mails {
    Exactly(u32),
    /// And those of the counter, which are no part of this model.
    AtLeast(u32),
}

#[derive(Debug, Clone)]
pub struct Life {
    pub register: Answer,
    pub applications: Vec<Application>,
    /// The step at which the person was given to the other account, until that was undone.
    pub transferred: Option<u32>,
    was_transferred: bool,
    pub step: u32,
    pub expected: Expected,
    pub mails: Mails,
}

/// As many bad answers make an application an officer's.
pub const BAD_ANSWERS: u32 = 30;

impl Life {
    fn new() -> Self {
        Self {
            register: Answer::Clean,
            applications: Vec::new(),
            transferred: None,
            was_transferred: false,
            step: 0,
            expected: Expected::Nothing,
            mails: Mails::Exactly(0),
        }
    }

    /// The one that awaits a register: of one reason and one day there is one at most.
    pub fn waiting(&self) -> Option<usize> {
        self.applications.iter().position(|application| application.status == Status::AwaitingRegister)
    }

    fn certificates(&self) -> Vec<usize> {
        let has_one = |at: &usize| self.applications[*at].certificate != Certificate::None;
        (0..self.applications.len()).filter(has_one).collect()
    }

    fn make(&mut self, status: Status, corrects: Option<usize>) {
        self.applications.push(Application {
            status,
            events: vec!["submitted", status.as_str()],
            certificate: Certificate::None,
            corrects,
            undone: false,
            bad_answers: 0,
            reviewer: None,
            shown: None,
            made: self.step,
            issued: 0,
        });
        self.mails = Mails::Exactly(1);
    }

    fn go(&mut self, at: usize, status: Status) {
        self.applications[at].status = status;
        self.applications[at].events.push(status.as_str());
    }

    fn issue(&mut self, at: usize) {
        self.go(at, Status::Issued);
        self.certify(at);
        if let Some(corrected) = self.applications[at].corrects {
            self.applications[corrected].certificate = Certificate::Superseded;
        }
        self.mails = Mails::Exactly(1);
    }

    fn certify(&mut self, at: usize) {
        let step = self.step;
        let application = &mut self.applications[at];
        (application.certificate, application.issued) = (Certificate::Valid, step);
    }

    fn refuse(&mut self, status: u16, code: &'static str) {
        self.expected = Expected::Refused(status, code);
    }

    fn hand_in(&mut self) {
        if self.applications.iter().any(|earlier| earlier.corrects.is_none() && !earlier.undone) {
            return self.refuse(409, "already_applied_today");
        }
        let (status, answer) = match self.register {
            Answer::Clean => (Status::Issued, 201),
            Answer::Entries => (Status::Referred, 202),
            Answer::Away | Answer::Bad => (Status::AwaitingRegister, 202),
        };
        self.make(status, None);
        if status == Status::Issued {
            self.certify(self.applications.len() - 1);
        }
        self.expected = Expected::Status(answer);
    }

    fn turn(&mut self) {
        let Some(at) = self.waiting() else { return };
        match self.register {
            Answer::Clean => self.issue(at),
            Answer::Entries => self.refer(at),
            Answer::Away => {}
            Answer::Bad if self.applications[at].bad_answers + 1 >= BAD_ANSWERS => self.refer(at),
            Answer::Bad => self.applications[at].bad_answers += 1,
        }
    }

    fn refer(&mut self, at: usize) {
        self.go(at, Status::Referred);
        self.mails = Mails::Exactly(1);
    }

    fn claim(&mut self, officer: usize, at: usize) {
        let status = self.applications[at].status;
        if !status.is_open_to_officers() {
            return self.refuse(404, "not_found");
        }
        if self.register == Answer::Away {
            return self.refuse(503, "register_unavailable");
        }
        if status == Status::Referred {
            self.go(at, Status::InReview);
        }
        let shown = self.register;
        let application = &mut self.applications[at];
        (application.reviewer, application.shown) = (Some(officer), Some(shown));
        self.expected = Expected::Status(200);
    }

    fn decide(&mut self, officer: usize, at: usize, decision: Decision) {
        let application = &self.applications[at];
        if !application.status.is_open_to_officers() {
            return self.refuse(404, "not_found");
        }
        if application.status != Status::InReview || application.reviewer != Some(officer) {
            return self.refuse(409, "not_claimed");
        }
        if decision == Decision::Reject {
            self.go(at, Status::Rejected);
            self.mails = Mails::Exactly(1);
            self.expected = Expected::Status(200);
            return;
        }
        let corrected = application.corrects.map(|corrected| self.applications[corrected].certificate);
        if corrected.is_some_and(|certificate| certificate != Certificate::Valid) {
            return self.refuse(409, "certificate_ended");
        }
        match (self.register, application.shown) {
            (Answer::Away, _) => self.refuse(503, "register_unavailable"),
            (now, shown) if shown != Some(now) => self.refuse(409, "entries_changed"),
            (Answer::Bad, _) => self.refuse(409, "register_record_unreadable"),
            _ => {
                self.issue(at);
                self.expected = Expected::Status(200);
            }
        }
    }

    fn withdraw(&mut self, at: usize) {
        match self.applications[at].status {
            Status::Withdrawn => {}
            status if status.is_final() => return self.refuse(409, "application_closed"),
            _ => self.go(at, Status::Withdrawn),
        }
        self.expected = Expected::Status(200);
    }

    fn revoke(&mut self, at: usize) {
        if self.applications[at].certificate != Certificate::Valid {
            return self.refuse(409, "certificate_ended");
        }
        self.end_certificate(at);
        self.mails = Mails::Exactly(1);
        self.expected = Expected::Status(200);
    }

    fn end_certificate(&mut self, at: usize) {
        self.applications[at].certificate = Certificate::Revoked;
        self.applications[at].events.push("revoked");
    }

    fn correct(&mut self, at: usize) {
        if self.applications[at].certificate != Certificate::Valid {
            return self.refuse(409, "certificate_ended");
        }
        let is_under_way = |other: &Application| {
            other.corrects == Some(at) && !matches!(other.status, Status::Rejected | Status::Withdrawn)
        };
        if self.applications.iter().any(is_under_way) {
            return self.refuse(409, "correction_under_way");
        }
        self.make(Status::Referred, Some(at));
        self.expected = Expected::Status(202);
    }

    fn transfer(&mut self) {
        (self.transferred, self.was_transferred) = (Some(self.step), true);
        self.mails = Mails::AtLeast(0);
    }

    /// What was obtained since the transfer is taken back.
    fn undo(&mut self) {
        let since = self.transferred.take().unwrap();
        let obtained = |application: &Application| application.made > since || application.issued > since;
        let obtained: Vec<usize> =
            (0..self.applications.len()).filter(|at| obtained(&self.applications[*at])).collect();
        let mut mails = 0;
        for at in obtained {
            self.applications[at].undone = true;
            if !self.applications[at].status.is_final() {
                self.go(at, Status::Rejected);
                mails += 1;
            }
            if self.applications[at].certificate == Certificate::Valid {
                self.end_certificate(at);
                mails += 1;
            }
        }
        self.mails = Mails::AtLeast(mails);
    }
}

impl ReferenceStateMachine for Life {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::new()).boxed()
    }

    fn transitions(life: &Self) -> BoxedStrategy<Step> {
        let answers = [Answer::Clean, Answer::Entries, Answer::Away, Answer::Bad];
        let mut steps: Vec<(u32, BoxedStrategy<Step>)> = vec![
            (4, proptest::sample::select(answers.to_vec()).prop_map(Step::RegisterSays).boxed()),
            (if life.applications.is_empty() { 8 } else { 1 }, Just(Step::Apply).boxed()),
        ];
        if life.waiting().is_some() {
            steps.push((4, Just(Step::Turn).boxed()));
            steps.push((1, Just(Step::TwoTurns).boxed()));
            steps.push((1, Just(Step::ManyBadAnswers).boxed()));
        }
        if !life.applications.is_empty() {
            let decisions = vec![Decision::Issue, Decision::Issue, Decision::Clear, Decision::Reject];
            let (one, officer) = (0..life.applications.len(), 0..2_usize);
            steps.push((4, (officer.clone(), one.clone()).prop_map(|(by, of)| Step::Claim(by, of)).boxed()));
            let decide = (officer, one.clone(), proptest::sample::select(decisions));
            steps.push((5, decide.prop_map(|(by, of, what)| Step::Decide(by, of, what)).boxed()));
            steps.push((1, one.prop_map(Step::Withdraw).boxed()));
        }
        let certificates = life.certificates();
        if !certificates.is_empty() {
            let one = proptest::sample::select(certificates);
            steps.push((1, one.clone().prop_map(Step::Revoke).boxed()));
            steps.push((3, one.prop_map(Step::Correct).boxed()));
        }
        if !life.was_transferred {
            steps.push((1, Just(Step::Transfer).boxed()));
        }
        if life.transferred.is_some() {
            steps.push((2, Just(Step::Undo).boxed()));
        }
        Union::new_weighted(steps).boxed()
    }

    /// For shrinking, which takes steps out.
    fn preconditions(life: &Self, step: &Step) -> bool {
        let exists = |at: &usize| *at < life.applications.len();
        match step {
            Step::RegisterSays(_) | Step::Apply => true,
            Step::Turn | Step::TwoTurns | Step::ManyBadAnswers => life.waiting().is_some(),
            Step::Claim(_, at) | Step::Decide(_, at, _) | Step::Withdraw(at) => exists(at),
            Step::Revoke(at) | Step::Correct(at) => {
                exists(at) && life.applications[*at].certificate != Certificate::None
            }
            Step::Transfer => !life.was_transferred,
            Step::Undo => life.transferred.is_some(),
        }
    }

    fn apply(mut life: Self, step: &Step) -> Self {
        life.step += 1;
        (life.expected, life.mails) = (Expected::Nothing, Mails::Exactly(0));
        match *step {
            Step::RegisterSays(answer) => life.register = answer,
            Step::Apply => life.hand_in(),
            Step::Turn | Step::TwoTurns => life.turn(),
            Step::ManyBadAnswers => {
                if let Some(at) = life.waiting() {
                    life.applications[at].bad_answers = BAD_ANSWERS - 1;
                }
            }
            Step::Claim(officer, at) => life.claim(officer, at),
            Step::Decide(officer, at, decision) => life.decide(officer, at, decision),
            Step::Withdraw(at) => life.withdraw(at),
            Step::Revoke(at) => life.revoke(at),
            Step::Correct(at) => life.correct(at),
            Step::Transfer => life.transfer(),
            Step::Undo => life.undo(),
        }
        life
    }
}
