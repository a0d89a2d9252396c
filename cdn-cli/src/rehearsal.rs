//! A fleet as if it were deployed, without an account: what `plan --offline` is measured with.

use std::collections::BTreeMap;
use std::path::Path;

use fleet::Fleet;
use jiff::Timestamp;

use crate::commands::planned;
use crate::deploy::asks::known;
use crate::deploy::snapshot::{self, Snapshot};
use crate::plan::{Deployed, Desired, Step};

/// The account of AWS's documentation.
const ACCOUNT: &str = "111122223333";

/// What would be known of a fleet once all of it is deployed.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    snapshot: Snapshot,
}

impl Rehearsal {
    /// Takes every stack of the fleet for deployed. Of what only an account knows there are the ids of
    /// distributions alone, made up; archives and certificates are nobody's.
    ///
    /// # Errors
    /// Where the fleet cannot be rendered.
    pub fn of(fleet: &Fleet) -> anyhow::Result<Self> {
        let nothing = Snapshot {
            taken: Timestamp::UNIX_EPOCH,
            account: ACCOUNT.to_owned(),
            assignment: cloudformation::Assignment::default(),
            stacks: BTreeMap::new(),
            live: BTreeMap::new(),
        };
        let planned = planned(fleet, &nothing, &[])?;
        let stack = |desired: &Desired| (desired.name.clone(), as_deployed(desired));
        let mut stacks: BTreeMap<String, Deployed> = planned.desired.iter().map(stack).collect();
        for desired in &planned.desired {
            let parameters = known(desired, &stacks);
            if let Some(stack) = stacks.get_mut(&desired.name) {
                stack.parameters = parameters;
            }
        }
        Ok(Self { snapshot: Snapshot { stacks, assignment: planned.assignment, ..nothing } })
    }

    /// Writes it where `plan --offline --state FOLDER` looks for it.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn keep(&self, folder: &Path) -> anyhow::Result<()> {
        snapshot::keep(&self.snapshot, folder)
    }

    /// How many stacks a plan of this fleet would touch.
    ///
    /// # Errors
    /// Where the fleet cannot be rendered.
    pub fn stacks_to_touch(&self, fleet: &Fleet) -> anyhow::Result<usize> {
        let plan = planned(fleet, &self.snapshot, &[])?.plan;
        Ok(plan.actions.iter().filter(|action| action.step != Step::Keep).count())
    }
}

fn as_deployed(desired: &Desired) -> Deployed {
    let distribution = desired.site.as_ref().map(|site| {
        let id = site.to_ascii_uppercase().replace('-', "");
        ("DistributionId".to_owned(), format!("E{id}"))
    });
    Deployed {
        name: desired.name.clone(),
        region: desired.region.clone(),
        status: "CREATE_COMPLETE".to_owned(),
        template: desired.template.clone(),
        parameters: desired.parameters.clone(),
        tags: desired.tags.clone(),
        outputs: distribution.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLEET: &str = r#"
        [defaults]
        certificate = "none"
        image_shape = "off"
        origin = { http = { url = "https://origin.example" } }
        [[sites]]
        name = "aurora"
        domains = ["aurora.example"]
        [[sites]]
        name = "borealis"
        domains = ["borealis.example"]
    "#;

    fn fleet(more: &str) -> Fleet {
        Fleet::parse(&format!("{FLEET}{more}"), "".as_ref(), "fleet.toml").unwrap()
    }

    #[test]
    fn what_was_rehearsed_is_not_done_again() {
        let rehearsal = Rehearsal::of(&fleet("")).unwrap();
        assert_eq!(rehearsal.stacks_to_touch(&fleet("")).unwrap(), 0);
        assert_eq!(rehearsal.stacks_to_touch(&fleet("http3 = false")).unwrap(), 1);
    }
}
