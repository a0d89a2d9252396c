//! Values of parameters that are known only in the account: outputs of other stacks, certificates,
//! archives.

use std::collections::BTreeMap;

use cloudformation::Ask;

use super::apply::{Engine, Target};
use crate::hints::Hinted;
use crate::plan::{Deployed, Desired};

/// What a stack's parameters are, as far as that is known of what is deployed: for a plan.
pub(crate) fn known(
    stack: &Desired,
    deployed: &BTreeMap<String, Deployed>,
) -> BTreeMap<String, String> {
    let own = deployed.get(&stack.name);
    let mut parameters = stack.parameters.clone();
    for (name, ask) in &stack.asks {
        let value = match ask {
            Ask::Output { stack, output, .. } => {
                deployed.get(stack).and_then(|stack| stack.outputs.get(output)).cloned()
            }
            // Another one comes only where it is said.
            _ => own.and_then(|stack| stack.parameters.get(name)).cloned(),
        };
        if let Some(value) = value {
            parameters.insert(name.clone(), value);
        }
    }
    parameters
}

impl Engine {
    /// A stack with the values of all its parameters.
    pub(crate) async fn target(&self, stack: &Desired, summary: &str) -> anyhow::Result<Target> {
        let mut parameters = stack.parameters.clone();
        for (name, ask) in &stack.asks {
            parameters.insert(name.clone(), self.answer(stack, name, ask).await?);
        }
        Ok(Target {
            name: stack.name.clone(),
            region: stack.region.clone(),
            template: stack.template.clone(),
            parameters,
            tags: stack.tags.clone(),
            summary: summary.to_owned(),
        })
    }

    async fn answer(&self, stack: &Desired, name: &str, ask: &Ask) -> anyhow::Result<String> {
        match ask {
            Ask::Output { stack, region, output } => self.output(stack, region, output).await,
            Ask::Certificate { domains } => self.certificate(domains).await,
            Ask::ArchiveBucket | Ask::ArchiveKey | Ask::ArchiveSha256 => {
                if let Some(value) = self.archives.get(&stack.name, ask) {
                    return Ok(value);
                }
                let there = self.aws.stacks(&stack.region).describe(&stack.name).await?;
                let value = there.and_then(|stack| stack.parameters.get(name).cloned());
                value.ok_or_else(|| {
                    Hinted::error(
                        format!("{} needs the archive of its function", stack.name),
                        "make it with `cdn-cli images bundle`, and say --archives DIR",
                    )
                })
            }
        }
    }

    async fn output(&self, stack: &str, region: &str, output: &str) -> anyhow::Result<String> {
        let there = self.aws.stacks(region).describe(stack).await?;
        let value = there.and_then(|stack| stack.outputs.get(output).cloned());
        value.ok_or_else(|| anyhow::anyhow!("the stack {stack} has no output {output}"))
    }

    /// The ARN of an issued certificate for all of the domains.
    async fn certificate(&self, domains: &[String]) -> anyhow::Result<String> {
        let found = self.aws.certificates().issued_for(domains).await?;
        found.ok_or_else(|| {
            let first = domains.first().map_or("", String::as_str);
            Hinted::error(
                format!("there is no issued certificate for {first} in us-east-1"),
                "`cdn-cli certs request` asks for one and tells its records; run the same command \
                 again once `cdn-cli certs list` calls it issued",
            )
        })
    }
}
