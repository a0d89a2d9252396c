//! What the warmer begins by: schedules, and events of the account.

use std::collections::BTreeSet;

use fleet::{Fleet, Origin, Site, Warm, WarmAfter};
use serde_json::{Value, json};

use super::warm;
use crate::resources::Text;
use crate::resources::iam::{InlinePolicy, Role, allow, document};
use crate::resources::lambda::Permission;
use crate::resources::queue::QueuePolicy;
use crate::resources::rule::{DeadLetterConfig, Rule, Target};
use crate::resources::schedule::{FlexibleTimeWindow, Schedule, ScheduleTarget};
use crate::template::Draft;

/// An order, which one execution of a schedule gives under one id however often it is delivered
/// (<https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html>).
const ORDER: &str =
    r#"{"warm":{"id":"<aws.scheduler.execution-id>","time":"<aws.scheduler.scheduled-time>"}}"#;

/// When it is done again and again, and before which minutes.
pub(super) fn schedules(warm: &Warm, draft: &mut Draft) {
    let again = warm.schedule.iter().map(|it| ("Schedule".to_owned(), it.clone()));
    let once = warm.begins().into_iter().enumerate();
    let once = once.map(|(place, begin)| (format!("Once{}", place + 1), format!("at({begin})")));
    let all: Vec<_> = again.chain(once).collect();
    if all.is_empty() {
        return;
    }
    scheduler(draft);
    for (name, expression) in all {
        draft.resource(
            name,
            &Schedule {
                description: "Caches are warmed".to_owned(),
                schedule_expression: expression,
                schedule_expression_timezone: warm.timezone.clone(),
                flexible_time_window: FlexibleTimeWindow { mode: "OFF" },
                state: "ENABLED",
                target: ScheduleTarget {
                    arn: Text::Attribute("Function", "Arn"),
                    role_arn: Text::Attribute("Scheduler", "Arn"),
                    input: ORDER.to_owned(),
                    dead_letter_config: DeadLetterConfig { arn: Text::Attribute("Failed", "Arn") },
                },
            },
        );
    }
}

/// What schedules run as.
fn scheduler(draft: &mut Draft) {
    let statements = [
        allow(&["lambda:InvokeFunction"], &[Text::Attribute("Function", "Arn")]),
        allow(&["sqs:SendMessage"], &[Text::Attribute("Failed", "Arn")]),
    ];
    draft.resource(
        "Scheduler",
        &Role {
            description: "What may begin the cache warmer by a schedule".to_owned(),
            assume_role_policy_document: document(&[json!({
                "Effect": "Allow",
                "Principal": { "Service": ["scheduler.amazonaws.com"] },
                "Action": "sts:AssumeRole",
                "Condition": { "StringEquals": { "aws:SourceAccount": Text::Ref("AWS::AccountId") } },
            })]),
            policies: vec![InlinePolicy {
                policy_name: "begin",
                policy_document: document(&statements),
            }],
        },
    );
}

/// After which events it is done.
pub(super) fn rules(fleet: &Fleet, warm: &Warm, draft: &mut Draft) {
    let mut names = Vec::new();
    for after in [WarmAfter::Deploy, WarmAfter::Purge, WarmAfter::Sitemap] {
        if !warm.after.contains(&after) {
            continue;
        }
        let (name, permission, description, pattern) = match after {
            WarmAfter::Deploy => {
                ("AfterDeploy", "DeployMayCall", "A site was deployed", deploys(fleet))
            }
            WarmAfter::Purge => ("AfterPurge", "PurgeMayCall", "Something was purged", purges()),
            WarmAfter::Sitemap => {
                ("AfterSitemap", "SitemapMayCall", "A sitemap was uploaded", uploads(fleet, warm))
            }
        };
        rule(name, description, pattern, draft);
        draft.resource(
            permission,
            &Permission {
                function_name: Text::Ref("Function"),
                action: "lambda:InvokeFunction",
                principal: "events.amazonaws.com",
                source_arn: Text::Attribute(name, "Arn"),
                source_account: None,
                function_url_auth_type: None,
                invoked_via_function_url: None,
            },
        );
        names.push(Text::Attribute(name, "Arn"));
    }
    if !names.is_empty() {
        may_fail(&names, draft);
    }
}

fn rule(name: &str, description: &str, event_pattern: Value, draft: &mut Draft) {
    draft.resource(
        name,
        &Rule {
            description: description.to_owned(),
            state: "ENABLED",
            event_pattern,
            targets: vec![Target {
                id: "function",
                arn: Text::Attribute("Function", "Arn"),
                dead_letter_config: DeadLetterConfig { arn: Text::Attribute("Failed", "Arn") },
            }],
        },
    );
}

fn deploys(fleet: &Fleet) -> Value {
    let stacks = Text::filled(format!(
        "arn:${{AWS::Partition}}:cloudformation:${{AWS::Region}}:${{AWS::AccountId}}:stack/{}-site-",
        fleet.settings.name
    ));
    json!({
        "source": ["aws.cloudformation"],
        "detail-type": ["CloudFormation Stack Status Change"],
        "detail": {
            "stack-id": [{ "prefix": stacks }],
            "status-details": { "status": ["CREATE_COMPLETE", "UPDATE_COMPLETE"] },
        },
    })
}

fn purges() -> Value {
    json!({
        "source": ["aws.cloudfront"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {
            "eventSource": ["cloudfront.amazonaws.com"],
            "eventName": ["CreateInvalidation", "CreateInvalidationForDistributionTenant"],
            "errorCode": [{ "exists": false }],
        },
    })
}

/// Sitemaps in the buckets that sites have their originals in.
fn uploads(fleet: &Fleet, warm: &Warm) -> Value {
    let buckets = buckets(fleet, warm);
    json!({
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": { "name": buckets },
            "object": { "key": [{ "wildcard": "*sitemap*.xml*" }] },
        },
    })
}

/// The buckets in which sitemaps may be.
pub(super) fn buckets<'f>(fleet: &'f Fleet, warm: &'f Warm) -> BTreeSet<&'f str> {
    let sites = warm::sites(fleet, warm);
    let bucket = |site: &'f Site| match &site.origin {
        Origin::S3 { bucket, endpoint: None, .. } => Some(bucket.as_str()),
        _ => None,
    };
    sites.filter_map(bucket).collect()
}

/// Rules may put what they could not deliver among what failed.
fn may_fail(rules: &[Text], draft: &mut Draft) {
    draft.resource(
        "EventsMayReportFailures",
        &QueuePolicy {
            queues: vec![Text::Ref("Failed")],
            policy_document: document(&[json!({
                "Effect": "Allow",
                "Principal": { "Service": "events.amazonaws.com" },
                "Action": "sqs:SendMessage",
                "Resource": Text::Attribute("Failed", "Arn"),
                "Condition": { "ArnEquals": { "aws:SourceArn": rules } },
            })]),
        },
    );
}
