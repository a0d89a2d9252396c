//! What `[warm]` says, checked beyond its form.

use std::collections::HashSet;

use jiff::civil::DateTime;

use super::Warm;
use crate::check::names;
use crate::problem::Problem;
use crate::tree::Tree;

/// The least rate that a worker has.
const SLOWEST: f64 = 0.1;
/// What Lambda takes as the greatest concurrency of a queue:
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>.
const WORKERS: std::ops::RangeInclusive<u32> = 2..=1_000;
/// Targets in a slice: more take longer than a function has.
const SLICE: std::ops::RangeInclusive<u32> = 1..=10_000;
/// Minutes of a week.
const LEAD_MOST: u32 = 10_080;
const SCHEDULE_HINT: &str = "`rate(6 hours)`, or `cron(0 5 * * ? *)` with minutes, hours, days of \
                             the month, months, days of the week, years";

/// Finds all that is wrong in a fleet with these sites.
pub(super) fn check(
    warm: &Warm,
    tree: Tree<'_, '_>,
    sites: &HashSet<&str>,
    problems: &mut Vec<Problem>,
) {
    let mut check = Check { warm, tree, problems };
    check.sites(sites);
    check.times();
    check.numbers();
    check.names();
}

struct Check<'a, 't> {
    warm: &'a Warm,
    tree: Tree<'a, 't>,
    problems: &'a mut Vec<Problem>,
}

impl Check<'_, '_> {
    fn say(&mut self, path: &[&str], message: String, hint: &str) {
        self.problems.push(Problem::new(self.tree.value(path), message).with_hint(hint));
    }

    fn sites(&mut self, sites: &HashSet<&str>) {
        for (place, site) in self.warm.sites.iter().enumerate() {
            if !sites.contains(site.as_str()) {
                let message = format!("there is no site `{site}`");
                self.say(&["sites", &place.to_string()], message, "left out, all are warmed");
            }
        }
    }

    fn times(&mut self) {
        if let Some(schedule) = self.warm.schedule.as_deref().filter(|it| !is_schedule(it)) {
            self.say(&["schedule"], format!("`{schedule}` is no schedule"), SCHEDULE_HINT);
        }
        for (place, at) in self.warm.at.iter().enumerate() {
            // A `Z` would contradict the time zone.
            if at.len() < 16 || at.parse::<DateTime>().is_err() {
                let message = format!("`{at}` is no minute");
                let hint = "such as `2026-11-27T00:00`, in `timezone`";
                self.say(&["at", &place.to_string()], message, hint);
            }
        }
        if self.warm.lead > LEAD_MOST {
            let message = format!("{} minutes are more than a week", self.warm.lead);
            self.say(&["lead"], message, "what is warmed earlier may be gone again");
        }
        let zone = &self.warm.timezone;
        let legal = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
        if zone.is_empty() || zone.len() > 50 || !zone.chars().all(legal) {
            let message = format!("`{zone}` is no time zone");
            self.say(&["timezone"], message, "by its name: `Europe/Berlin`");
        }
    }

    fn numbers(&mut self) {
        let Warm { workers, slice, verify, rate, origin_rate, byte_rate, max_cost, .. } =
            *self.warm;
        if !WORKERS.contains(&workers) {
            let hint = "AWS takes no other concurrency of a queue";
            self.say(&["workers"], format!("{workers} is not from 2 to 1000"), hint);
        }
        if !SLICE.contains(&slice) {
            let hint = "a worker has a quarter of an hour for one";
            self.say(&["slice"], format!("{slice} is not from 1 to 10000"), hint);
        }
        if !(0.0..=100.0).contains(&verify) {
            self.say(&["verify"], "not a percentage".to_owned(), "a number from 0 to 100");
        }
        if max_cost.is_some_and(|dollars| !dollars.is_finite() || dollars <= 0.0) {
            let hint = "dollars of a run; left out, it may cost anything";
            self.say(&["max_cost"], "not an amount above 0".to_owned(), hint);
        }
        let least = SLOWEST * f64::from(workers);
        let rates = [("rate", Some(rate)), ("origin_rate", Some(origin_rate))];
        for (key, rate) in rates.into_iter().chain([("byte_rate", byte_rate)]) {
            if rate.is_some_and(|rate| !rate.is_finite() || rate < least) {
                let hint = "all workers share it, and none is slower than one in ten seconds";
                self.say(&[key], format!("less than {least:.1} a second"), hint);
            }
        }
    }

    fn names(&mut self) {
        for (place, location) in self.warm.locations.iter().enumerate() {
            if !is_location(location) {
                let message = format!("`{location}` is no edge location");
                let hint = "as logs name them: `FRA60-P1`";
                self.say(&["locations", &place.to_string()], message, hint);
            }
        }
        if let Some(topic) = &self.warm.topic
            && !names::is_arn(topic, "sns", Some("us-east-1"), "")
        {
            let hint = "`arn:aws:sns:us-east-1:…`: the warmer is in us-east-1";
            self.say(&["topic"], format!("`{topic}` is not a topic"), hint);
        }
        for (key, list) in [("sitemaps", &self.warm.sitemaps), ("urls", &self.warm.urls)] {
            for (place, url) in list.iter().enumerate() {
                let is_object = key == "sitemaps" && url.starts_with("s3://");
                if !is_object && !url.starts_with("https://") && !url.starts_with("http://") {
                    let message = format!("`{url}` is no URL");
                    self.say(&[key, &place.to_string()], message, "`https://…`");
                }
            }
        }
    }
}

/// What `EventBridge` Scheduler takes
/// (<https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html>), by its form.
fn is_schedule(text: &str) -> bool {
    let within = |kind: &str| text.strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(rate) = within("rate") {
        let Some((number, unit)) = rate.split_once(' ') else { return false };
        let units = ["minute", "minutes", "hour", "hours", "day", "days"];
        return number.parse::<u32>().is_ok_and(|number| number > 0) && units.contains(&unit);
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || "*,-/?#".contains(c);
    within("cron").is_some_and(|cron| {
        let fields: Vec<_> = cron.split(' ').collect();
        fields.len() == 6 && fields.iter().all(|it| !it.is_empty() && it.chars().all(legal))
    })
}

fn is_location(text: &str) -> bool {
    let Some((site, tier)) = text.split_once('-') else { return false };
    let Some((airport, number)) = site.split_at_checked(3) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    airport.bytes().all(|it| it.is_ascii_alphabetic())
        && is_number(number)
        && tier.strip_prefix(|c: char| c.is_ascii_alphabetic()).is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_have_a_form() {
        for (text, want) in [
            ("rate(6 hours)", true),
            ("rate(1 minute)", true),
            ("cron(0 5 * * ? *)", true),
            ("cron(0/15 8-17 ? * MON-FRI 2026)", true),
            ("rate(0 hours)", false),
            ("rate(6 weeks)", false),
            ("cron(0 5 * * ?)", false),
            ("at(2026-11-27T00:00:00)", false),
            ("daily", false),
            ("", false),
        ] {
            assert_eq!(is_schedule(text), want, "{text}");
        }
    }
}
