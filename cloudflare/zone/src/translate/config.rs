//! Configuration rules.

use fleet::delivery::ViewerProtocol;
use serde_json::Value;

use super::caching::apply;
use super::draft::{Applied, Change, Draft};
use super::settings::SECURED;
use crate::action::Action;
use crate::verdict::Outcome;

/// Settings that need nothing where they are off, or at all.
const IDLE: [&str; 9] = [
    "bic",
    "disable_apps",
    "disable_rum",
    "disable_zaraz",
    "fonts",
    "opportunistic_encryption",
    "request_body_buffering",
    "response_body_buffering",
    "security_level",
];

/// What a configuration rule says of paths.
pub(super) fn rule(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let Action::Config(settings) = &rule.rule.action else {
        return Outcome::manual("its action is none of configuration rules");
    };
    let mut outcome = Outcome::default();
    let mut changes = Vec::new();
    for (name, value) in settings {
        let is_off = matches!(value, Value::Bool(false)) || value.as_str() == Some("off");
        match name.as_str() {
            "automatic_https_rewrites"
            | "email_obfuscation"
            | "mirage"
            | "rocket_loader"
            | "server_side_excludes"
            | "hotlink_protection"
            | "polish"
            | "sxg"
                if is_off =>
            {
                outcome.ignore(format!("`{name}` is off"));
            }
            "always_use_https" => {
                outcome.change(SECURED);
                changes.push(Change::Protocol(ViewerProtocol::Redirect));
            }
            name if IDLE.contains(&name) => outcome.ignore(format!("`{name}` needs nothing")),
            "ssl" => outcome
                .todo(format!("SSL mode {value} for these paths: name another origin for them")),
            "autominify" => outcome.todo("nothing rewrites files: minify them when they are built"),
            name => outcome.todo(format!("`{name}` = {value} has no equal for some paths")),
        }
    }
    apply(rule, changes, draft, outcome)
}
