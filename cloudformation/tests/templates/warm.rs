//! The stack of the cache warmer.

use std::collections::BTreeSet;

use cloudformation::{Assignment, RenderError, Stack, render};
use fleet::{Fleet, Warm, WarmAfter};
use serde_json::Value;

use super::fleets;

fn fleet_with(warm: Warm) -> Fleet {
    Fleet { warm: Some(warm), ..fleets::varied(5) }
}

fn stack(warm: Warm) -> Result<Stack, RenderError> {
    let rendered = render(&fleet_with(warm), &Assignment::default())?;
    Ok(rendered.stacks.into_iter().find(|stack| stack.name == "fleet-warm").unwrap())
}

/// Names of the resources of these types.
fn of_type(template: &Value, types: &[&str]) -> BTreeSet<String> {
    let resources = template["Resources"].as_object().unwrap();
    let is_of = |resource: &Value| types.iter().any(|it| resource["Type"] == *it);
    resources.iter().filter(|(_, it)| is_of(it)).map(|(name, _)| name.clone()).collect()
}

const BEGINS: [&str; 2] = ["AWS::Scheduler::Schedule", "AWS::Events::Rule"];

#[test]
fn it_begins_by_what_the_file_says_and_by_nothing_else() {
    let nothing = stack(Warm::default()).unwrap().template.to_json();
    assert_eq!(of_type(&nothing, &BEGINS), BTreeSet::new());
    assert_eq!(nothing["Resources"].get("Scheduler"), None);
    let warm = Warm {
        schedule: Some("rate(6 hours)".to_owned()),
        at: vec!["2026-11-27T00:00".to_owned(), "2026-12-01T06:30".to_owned()],
        lead: 30,
        timezone: "Europe/Berlin".to_owned(),
        after: vec![WarmAfter::Deploy, WarmAfter::Purge, WarmAfter::Sitemap],
        workers: 7,
        ..Warm::default()
    };
    let template = stack(warm).unwrap().template.to_json();
    let want = ["AfterDeploy", "AfterPurge", "AfterSitemap", "Once1", "Once2", "Schedule"];
    assert_eq!(of_type(&template, &BEGINS), want.map(str::to_owned).into());
    let properties = |name: &str| template["Resources"][name]["Properties"].clone();
    let once = properties("Once2");
    assert_eq!(once["ScheduleExpression"], "at(2026-12-01T06:00:00)");
    assert_eq!(once["ScheduleExpressionTimezone"], "Europe/Berlin");
    // The order that a schedule gives is one that the function reads.
    let order: Value = serde_json::from_str(once["Target"]["Input"].as_str().unwrap()).unwrap();
    assert_eq!(order["warm"]["id"], "<aws.scheduler.execution-id>");
    assert_eq!(properties("Worker")["ScalingConfig"]["MaximumConcurrency"], 7);
    assert_eq!(properties("Worker")["FunctionResponseTypes"][0], "ReportBatchItemFailures");
    // A message is hidden for longer than a worker has.
    let hidden = properties("Slices")["VisibilityTimeout"].as_u64();
    assert!(hidden > properties("Function")["Timeout"].as_u64());
}

#[test]
fn the_role_may_what_the_function_does_and_nothing_else() {
    let template = stack(Warm::default()).unwrap().template.to_json();
    let role = &template["Resources"]["Role"]["Properties"]["Policies"][0]["PolicyDocument"];
    let statements = role["Statement"].as_array().unwrap();
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|it| it.as_str().unwrap_or("").to_owned()).collect()
    };
    let mut actions = BTreeSet::new();
    for statement in statements {
        let its = texts(&statement["Action"]);
        assert!(its.iter().all(|action| !action.contains('*')), "{statement}");
        let is_open = texts(&statement["Resource"]).iter().any(|resource| resource == "*");
        assert!(!is_open || its.iter().all(|it| it.starts_with("cloudfront:List")), "{statement}");
        actions.extend(its);
    }
    let want = [
        "cloudfront:GetInvalidation",
        "cloudfront:GetInvalidationForDistributionTenant",
        "cloudfront:ListConnectionGroups",
        "cloudfront:ListDistributionTenants",
        "cloudfront:ListDistributions",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    ];
    assert_eq!(actions, want.map(str::to_owned).into());
    assert_eq!(of_type(&template, &["AWS::IAM::ManagedPolicy"]), BTreeSet::new());
}

#[test]
fn sitemaps_that_nobody_can_upload_are_told() {
    let warm = Warm { after: vec![WarmAfter::Sitemap], ..Warm::default() };
    let mut fleet = fleet_with(warm);
    for site in &mut fleet.sites {
        site.origin =
            fleet::Origin::Http { url: "https://a.example".to_owned(), allow_private: false };
    }
    let error = render(&fleet, &Assignment::default()).unwrap_err().to_string();
    let want = "`warm.after` has `sitemap`, and no site has its originals in a bucket; take it \
                out, and name `sitemaps` and a `schedule`";
    assert_eq!(error, want);
}
