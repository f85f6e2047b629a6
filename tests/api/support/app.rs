//! An authenticator app.

use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use totp_rs::{Secret, Totp};

use super::answer::json_of;
use super::citizen::{Citizen, PASSWORD};

/// A person's app.
pub struct App(Totp);

impl App {
    /// Begins an enrolment, and scans what is shown.
    pub async fn scan(citizen: &Citizen<'_>) -> Self {
        let begun = citizen.post("/v1/accounts/me/totp", &json!({"current_password": PASSWORD})).await;
        let shown = json_of(begun, 201).await;
        assert!(shown["qr_svg"].as_str().unwrap().starts_with("<svg"));
        let app = Totp::from_url(shown["otpauth_url"].as_str().unwrap()).unwrap();
        let typed = Secret::try_from_base32(shown["secret"].as_str().unwrap()).unwrap();
        assert_eq!(typed.as_bytes(), app.secret().as_bytes());
        Self(app)
    }

    /// Sets up a second factor, and waits until its next code; answers the recovery codes too.
    pub async fn set_up(citizen: &Citizen<'_>, clock: &Clock) -> (Self, Vec<String>) {
        let app = Self::scan(citizen).await;
        let code = json!({"totp": app.code(clock.now())});
        let answer = json_of(citizen.post("/v1/accounts/me/totp/confirm", &code).await, 200).await;
        let codes = answer["recovery_codes"].as_array().unwrap().iter();
        let codes = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
        clock.set(clock.now() + TimeDelta::seconds(60));
        (app, codes)
    }

    pub fn code(&self, at: DateTime<Utc>) -> String {
        self.0.generate(at.timestamp().unsigned_abs()).to_string()
    }
}
