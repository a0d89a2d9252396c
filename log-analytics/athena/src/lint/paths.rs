//! Mistakes in where files are looked for.

use super::Severity::{Advice, Wrong};
use super::{Problem, Rule, Subject};

pub(super) const LOCATION_SLASH: Rule = Rule {
    name: "location-slash",
    severity: Advice,
    finds: "a LOCATION without a slash at its end",
    why: "s3://logs/cdn is the beginning of s3://logs/cdn-old/ too",
    check: location_slash,
};

pub(super) const TEMPLATE_SLASH: Rule = Rule {
    name: "template-slash",
    severity: Wrong,
    finds: "a storage.location.template without a slash at its end",
    why: "a folder whose name only begins so is read too: day 2 with the days 20 to 29",
    check: template_slash,
};

pub(super) const TEMPLATE_KEYS: Rule = Rule {
    name: "template-keys",
    severity: Wrong,
    finds: "a storage.location.template without a partition column, or with a name that is none",
    why: "each partition column has to stand in the template as ${name}, in small letters",
    check: template_keys,
};

pub(super) const HIVE_TEMPLATE: Rule = Rule {
    name: "hive-template",
    severity: Wrong,
    finds: "a template that names some folders as Hive does (year=2026) and others not",
    why: "a delivery writes all folders with names or none (enableHiveCompatiblePath), and with names its path begins with aws-account-id=; a template that differs leads nowhere",
    check: hive_template,
};

const TEMPLATE: &str = "storage.location.template";

fn location_slash(it: &Subject<'_>) -> Vec<Problem> {
    let location = it.table.storage_descriptor.location.as_deref();
    let location = location.filter(|text| !text.ends_with('/'));
    let problem = |text: &str| Problem {
        what: format!("LOCATION '{text}'"),
        mend: Some(format!("LOCATION '{text}/'")),
    };
    location.map(problem).into_iter().collect()
}

fn template_slash(it: &Subject<'_>) -> Vec<Problem> {
    let template = it.property(TEMPLATE).filter(|text| !text.ends_with('/'));
    let problem = |text: &str| Problem::property(TEMPLATE, text, &format!("{text}/"));
    template.map(problem).into_iter().collect()
}

fn template_keys(it: &Subject<'_>) -> Vec<Problem> {
    let Some(template) = it.property(TEMPLATE) else { return Vec::new() };
    let wanted = |name: &str| it.keys().any(|key| key == name);
    let mut mended = format!("{}/", template.trim_end_matches('/'));
    for name in variables(template).filter(|name| !wanted(name)) {
        let lower = name.to_lowercase();
        if wanted(&lower) {
            mended = mended.replace(&format!("${{{name}}}"), &format!("${{{lower}}}"));
        } else {
            mended = mended.replace(&format!("${{{name}}}/"), "");
        }
    }
    let lacking = it.keys().filter(|key| !variables(&mended).any(|name| name == *key));
    for key in lacking.map(|key| format!("${{{key}}}/")).collect::<Vec<_>>() {
        mended.push_str(&key);
    }
    if mended.trim_end_matches('/') == template.trim_end_matches('/') {
        Vec::new()
    } else {
        vec![Problem::property(TEMPLATE, template, &mended)]
    }
}

fn hive_template(it: &Subject<'_>) -> Vec<Problem> {
    let Some(template) = it.property(TEMPLATE) else { return Vec::new() };
    let folders = || template.split('/').filter(|folder| folder.contains("${"));
    let named = folders().filter(|folder| is_named(folder)).count();
    let bare = folders().filter(|folder| folder.starts_with("${")).count();
    // Only of CDN logs it is known how their folders are named.
    let begins_named = template.contains("/aws-account-id=") && it.is_of_logs();
    if bare == 0 || (named == 0 && !begins_named) {
        return Vec::new();
    }
    let mend = |folder: &str| match variable_alone(folder) {
        Some(name) => format!("{name}={folder}"),
        None => folder.to_owned(),
    };
    let mended = template.split('/').map(mend).collect::<Vec<_>>().join("/");
    vec![Problem::property(TEMPLATE, template, &mended)]
}

/// Whether a folder is `year=${year}`.
fn is_named(folder: &str) -> bool {
    folder.split_once('=').is_some_and(|(name, value)| value == format!("${{{name}}}"))
}

/// The name of a folder that is `${name}`.
fn variable_alone(folder: &str) -> Option<&str> {
    folder.strip_prefix("${")?.strip_suffix('}').filter(|name| !name.contains(['$', '}']))
}

/// The names between `${` and `}`.
fn variables(template: &str) -> impl Iterator<Item = &str> {
    template.split("${").skip(1).filter_map(|part| Some(part.split_once('}')?.0))
}
