//! Stacks of CloudFormation.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use aws_sdk_cloudformation::types::{
    Capability, ChangeSetStatus, ChangeSetType, ExecutionStatus, Parameter, Tag, TemplateStage,
};
use serde_json::Value;

use super::told;
use crate::plan::Deployed;

/// CloudFormation in one region.
#[derive(Clone, Debug)]
pub(crate) struct Stacks {
    client: Client,
    region: String,
}

/// What a stack is, without its template.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    /// Its name.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) region: String,
    /// `UPDATE_COMPLETE`.
    pub(crate) status: String,
    /// Why it has that status, where AWS says so.
    pub(crate) reason: Option<String>,
    /// What its parameters are.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// What it tells of itself.
    pub(crate) outputs: BTreeMap<String, String>,
}

impl Described {
    /// The same, for what needs no template.
    fn without_template(self) -> Deployed {
        let Self { name, region, status, parameters, tags, outputs, .. } = self;
        Deployed { name, region, status, template: Value::Null, parameters, tags, outputs }
    }
}

/// What is asked of CloudFormation.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    /// The stack.
    pub(crate) stack: &'a str,
    /// The name of the change set.
    pub(crate) name: &'a str,
    /// Whether the stack is to be made.
    pub(crate) is_new: bool,
    /// Where the template lies, or the template.
    pub(crate) template: Source<'a>,
    /// What the template is given.
    pub(crate) parameters: &'a BTreeMap<String, String>,
    /// The tags of the stack and of all in it.
    pub(crate) tags: &'a BTreeMap<String, String>,
}

/// A template.
#[derive(Clone, Debug)]
pub(crate) enum Source<'a> {
    /// Itself: at most 51,200 bytes.
    Body(&'a str),
    /// Its URL in S3.
    Url(&'a str),
}

/// A change set.
#[derive(Clone, Debug)]
pub(crate) struct ChangeSet {
    /// Whether it can be put into effect.
    pub(crate) state: ChangeSetState,
    /// What it would do.
    pub(crate) changes: Vec<ResourceChange>,
}

/// How far a change set is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChangeSetState {
    /// CloudFormation is still at it.
    Pending,
    /// It can be put into effect.
    Ready,
    /// There is nothing to change.
    Empty,
    /// It was put into effect before.
    Done,
    /// It cannot be, and why.
    Failed(String),
}

/// What a change set would do to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResourceChange {
    /// The resource's name in the template.
    pub(crate) resource: String,
    /// `AWS::CloudFront::Distribution`.
    pub(crate) kind: String,
    /// `Add`, `Modify`, `Remove`, `Import`, `Dynamic`.
    pub(crate) action: String,
    /// `True`, `False`, `Conditional`; empty where CloudFormation does not say.
    pub(crate) replacement: String,
}

impl Stacks {
    pub(super) fn new(client: Client, region: &str) -> Self {
        Self { client, region: region.to_owned() }
    }

    /// A stack; `None` where there is none.
    pub(crate) async fn describe(&self, name: &str) -> anyhow::Result<Option<Described>> {
        match self.client.describe_stacks().stack_name(name).send().await {
            Ok(answer) => {
                let found = answer.stacks.unwrap_or_default().into_iter().next();
                Ok(found.map(|stack| described(stack, &self.region)))
            }
            Err(error) if is_missing(error.message()) => Ok(None),
            Err(error) => Err(told(&format!("reading the stack {name}"), error)),
        }
    }

    /// Every stack with a tag of that value.
    pub(crate) async fn tagged(&self, tag: &str, value: &str) -> anyhow::Result<Vec<Described>> {
        let mut found = Vec::new();
        let mut pages = self.client.describe_stacks().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told("listing the stacks", error))?;
            let stacks = page.stacks.unwrap_or_default().into_iter();
            let stacks = stacks.map(|stack| described(stack, &self.region));
            found.extend(stacks.filter(|stack| {
                stack.tags.get(tag).is_some_and(|there| there == value)
                    && stack.status != "DELETE_COMPLETE"
            }));
        }
        Ok(found)
    }

    /// The template that is in effect, as it was written.
    pub(crate) async fn template(&self, name: &str) -> anyhow::Result<Value> {
        let request = self.client.get_template().stack_name(name);
        let answer = request.template_stage(TemplateStage::Original).send().await;
        let answer =
            answer.map_err(|error| told(&format!("reading the template of {name}"), error))?;
        let body = answer.template_body.unwrap_or_default();
        if body.is_empty() {
            return Ok(Value::Null);
        }
        // Whoever deployed YAML by hand has a template that differs from ours in every field.
        Ok(serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    /// The stack with its template.
    pub(crate) async fn deployed(&self, stack: Described) -> anyhow::Result<Deployed> {
        let template = self.template(&stack.name).await?;
        Ok(Deployed { template, ..stack.without_template() })
    }

    /// Asks for a change set.
    pub(crate) async fn propose(&self, request: &Request<'_>) -> anyhow::Result<()> {
        let kind = if request.is_new { ChangeSetType::Create } else { ChangeSetType::Update };
        let call = self
            .client
            .create_change_set()
            .stack_name(request.stack)
            .change_set_name(request.name)
            .change_set_type(kind)
            .capabilities(Capability::CapabilityNamedIam)
            .set_parameters(Some(parameters(request.parameters)))
            .set_tags(Some(tags(request.tags)))
            .client_token(request.name);
        let call = match request.template {
            Source::Body(body) => call.template_body(body),
            Source::Url(url) => call.template_url(url),
        };
        match call.send().await {
            Ok(_) => Ok(()),
            // The answer to an earlier attempt was lost; a name stands for one content.
            Err(error) if error.code() == Some("AlreadyExistsException") => Ok(()),
            Err(error) => {
                Err(told(&format!("preparing a change of the stack {}", request.stack), error))
            }
        }
    }

    /// A change set; `None` where there is none.
    pub(crate) async fn change_set(
        &self,
        stack: &str,
        name: &str,
    ) -> anyhow::Result<Option<ChangeSet>> {
        let mut changes = Vec::new();
        let mut token = None;
        loop {
            let call = self.client.describe_change_set().stack_name(stack).change_set_name(name);
            let answer = match call.set_next_token(token).send().await {
                Ok(answer) => answer,
                Err(error)
                    if error.code() == Some("ChangeSetNotFound")
                        || error.code() == Some("ChangeSetNotFoundException")
                        || is_missing(error.message()) =>
                {
                    return Ok(None);
                }
                Err(error) => {
                    return Err(told(&format!("reading the change of the stack {stack}"), error));
                }
            };
            changes.extend(answer.changes().iter().filter_map(|change| {
                let change = change.resource_change()?;
                Some(ResourceChange {
                    resource: change.logical_resource_id().unwrap_or_default().to_owned(),
                    kind: change.resource_type().unwrap_or_default().to_owned(),
                    action: change.action().map_or("", |action| action.as_str()).to_owned(),
                    replacement: change.replacement().map_or("", |it| it.as_str()).to_owned(),
                })
            }));
            token = answer.next_token().map(str::to_owned);
            if token.is_none() {
                let state = state(
                    answer.status(),
                    answer.execution_status(),
                    answer.status_reason().unwrap_or_default(),
                );
                return Ok(Some(ChangeSet { state, changes }));
            }
        }
    }

    /// Takes a change set away, which need not be there.
    pub(crate) async fn withdraw(&self, stack: &str, name: &str) -> anyhow::Result<()> {
        let call = self.client.delete_change_set().stack_name(stack).change_set_name(name);
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(error.message()) => Ok(()),
            Err(error) => Err(told(&format!("taking back the change of the stack {stack}"), error)),
        }
    }

    /// Puts a change set into effect.
    pub(crate) async fn execute(&self, stack: &str, name: &str) -> anyhow::Result<()> {
        let call = self.client.execute_change_set().stack_name(stack).change_set_name(name);
        match call.client_request_token(name).send().await {
            Ok(_) => Ok(()),
            // The answer to an earlier attempt was lost, and the change is under way or done: how it
            // ends, the stack says.
            Err(error)
                if matches!(
                    error.code(),
                    Some("InvalidChangeSetStatus" | "InvalidChangeSetStatusException")
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(told(&format!("changing the stack {stack}"), error)),
        }
    }

    /// Deletes a stack.
    pub(crate) async fn delete(&self, stack: &str) -> anyhow::Result<()> {
        let sent = self.client.delete_stack().stack_name(stack).send().await;
        sent.map_err(|error| told(&format!("deleting the stack {stack}"), error))?;
        Ok(())
    }

    /// Why the last change of a stack failed: the resource at which it began, and what was said.
    pub(crate) async fn failure(&self, stack: &str) -> anyhow::Result<Option<String>> {
        let answer = self.client.describe_stack_events().stack_name(stack).send().await;
        let answer =
            answer.map_err(|error| told(&format!("reading the events of {stack}"), error))?;
        let failed = answer.stack_events.unwrap_or_default().into_iter().take_while(|event| {
            // Newest first; the change began with the stack's own event.
            let is_own = event.logical_resource_id() == event.stack_name();
            let status = event.resource_status().map_or("", |status| status.as_str());
            !(is_own && matches!(status, "UPDATE_IN_PROGRESS" | "CREATE_IN_PROGRESS"))
        });
        let first = failed
            .filter(|event| {
                event.resource_status().is_some_and(|status| status.as_str().ends_with("_FAILED"))
            })
            .last();
        Ok(first.map(|event| {
            let name = event.logical_resource_id().unwrap_or("?");
            let kind = event.resource_type().unwrap_or("?");
            let reason = event.resource_status_reason().unwrap_or("no reason was given");
            format!("{name} ({kind}): {reason}")
        }))
    }

    /// What a stack is made of: name in the template, type, and AWS's own name.
    pub(crate) async fn resources(
        &self,
        stack: &str,
    ) -> anyhow::Result<Vec<(String, String, String)>> {
        let mut found = Vec::new();
        let mut pages =
            self.client.list_stack_resources().stack_name(stack).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told(&format!("listing what is in {stack}"), error))?;
            for resource in page.stack_resource_summaries.unwrap_or_default() {
                found.push((
                    resource.logical_resource_id.unwrap_or_default(),
                    resource.resource_type.unwrap_or_default(),
                    resource.physical_resource_id.unwrap_or_default(),
                ));
            }
        }
        Ok(found)
    }
}

fn described(stack: aws_sdk_cloudformation::types::Stack, region: &str) -> Described {
    let pairs = |pairs: Vec<(Option<String>, Option<String>)>| {
        pairs.into_iter().filter_map(|(key, value)| Some((key?, value?))).collect()
    };
    let tags = stack.tags.unwrap_or_default();
    let parameters = stack.parameters.unwrap_or_default();
    let outputs = stack.outputs.unwrap_or_default();
    Described {
        name: stack.stack_name.unwrap_or_default(),
        region: region.to_owned(),
        status: stack.stack_status.map_or_else(String::new, |status| status.as_str().to_owned()),
        reason: stack.stack_status_reason,
        tags: pairs(tags.into_iter().map(|tag| (tag.key, tag.value)).collect()),
        parameters: pairs(
            parameters.into_iter().map(|it| (it.parameter_key, it.parameter_value)).collect(),
        ),
        outputs: pairs(outputs.into_iter().map(|it| (it.output_key, it.output_value)).collect()),
    }
}

fn state(
    status: Option<&ChangeSetStatus>,
    execution: Option<&ExecutionStatus>,
    reason: &str,
) -> ChangeSetState {
    /// What CloudFormation says of an update that changes nothing.
    const NOTHING: [&str; 2] = ["didn't contain changes", "No updates are to be performed"];
    match (status, execution) {
        (_, Some(ExecutionStatus::ExecuteComplete | ExecutionStatus::ExecuteInProgress)) => {
            ChangeSetState::Done
        }
        (Some(ChangeSetStatus::CreateComplete), _) => ChangeSetState::Ready,
        (Some(ChangeSetStatus::Failed), _) if NOTHING.iter().any(|text| reason.contains(text)) => {
            ChangeSetState::Empty
        }
        (Some(ChangeSetStatus::Failed), _) => ChangeSetState::Failed(reason.to_owned()),
        _ => ChangeSetState::Pending,
    }
}

fn is_missing(message: Option<&str>) -> bool {
    message.is_some_and(|text| text.contains("does not exist"))
}

fn parameters(values: &BTreeMap<String, String>) -> Vec<Parameter> {
    let parameter = |(key, value): (&String, &String)| {
        Parameter::builder().parameter_key(key).parameter_value(value).build()
    };
    values.iter().map(parameter).collect()
}

fn tags(values: &BTreeMap<String, String>) -> Vec<Tag> {
    values.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
