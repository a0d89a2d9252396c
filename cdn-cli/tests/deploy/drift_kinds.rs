//! What somebody changes beside distributions: web ACLs, alarms, tenants, and what the viewer
//! function knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_cloudfront::types::PriceClass;
use serde_json::json;

use crate::cloud::{Cloud, Fate, Proxy};
use crate::console::Console;
use crate::kinds::TENANTS;
use crate::operator::{Operator, fleet};

const ALARMS: &str = "alarms = { topic = \"arn:aws:sns:us-east-1:123456789012:shops\", errors_5xx = \
                      2.5, hit_ratio = 80, origin_latency = 900 }";
const WAF: &str = "waf = { block = [\"192.0.2.0/24\", \"2001:db8::/32\"], block_countries = [\"KP\"], \
                   rate_limits = [{ requests = 2000, path = \"/cart\" }], rules = [{ name = \"old\", \
                   action = \"block\", when = { header = { name = \"user-agent\", value = { \
                   starts_with = \"old\" } } } }] }";

#[tokio::test]
async fn a_web_acl_that_somebody_changed_is_told_and_left_to_cloudformation() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &fleet(2, WAF));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["drift", "--exit-code"]).await.ended(0);

    let console = Console::new(&cloud.endpoint);
    let by_hand = |acl: &mut serde_json::Value| {
        for rule in acl["Rules"].as_array_mut().unwrap() {
            if rule["Name"] == "block-countries" {
                rule["Action"] = json!({ "Count": {} });
            }
        }
    };
    console.change_web_acl(by_hand).await;
    let told = operator.run(&["drift", "--exit-code"]).await.ended(1);
    assert!(told.stdout.contains("    security    shops-waf-"), "{}", told.stdout);
    assert!(
        told.stdout.contains("WebACL Rules[block-countries].Action.Count\n      + {}"),
        "{}",
        told.stdout
    );
    assert!(
        told.stdout.ends_with("0 of 2 sites, and 1 stack that sites share: not as deployed.\n"),
        "{}",
        told.stdout
    );
    let refused = operator.run(&["drift", "--policy", "enforce", "--yes"]).await.ended(2);
    assert!(refused.stderr.contains("(WebACL) is not put back by this"), "{}", refused.stderr);
    assert!(refused.stderr.contains("REVERT_DRIFT"), "{}", refused.stderr);
}

#[tokio::test]
async fn an_alarm_that_somebody_changed_does_not_keep_the_rest_from_going_back() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &fleet(3, ALARMS));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["drift", "--exit-code"]).await.ended(0);

    let console = Console::new(&cloud.endpoint);
    console.silence("shops-site-s001-AlarmErrors-", 50.0).await;
    console.delete_alarms("shops-site-s002-AlarmHitRatio-").await;
    console.change("s001", |config| config.price_class = Some(PriceClass::PriceClass100)).await;
    let told = operator.run(&["drift", "--exit-code"]).await.ended(1);
    assert_eq!(
        told.stdout,
        "Changed by hand\n\n    safe        s001\n      Distribution PriceClass\n      PriceClass_All -> \
         PriceClass_100\n\n    safe        s002\n      Alarm AlarmHitRatio\n      - \
         AWS::CloudWatch::Alarm\n\n    safe        s001\n      Alarm ActionsEnabled\n      + false\n\n    \
         safe        s001\n      Alarm Threshold\n      2.5 -> 50.0\n\n2 of 3 sites: not as deployed.\n"
    );
    let told = operator.run(&["drift", "--policy", "enforce", "--yes"]).await.ended(2);
    assert!(
        told.stderr.contains("AlarmErrors of shops-site-s001 (Alarm) is not"),
        "{}",
        told.stderr
    );
    let (_, config, _) = console.config("s001").await;
    assert_eq!(config.price_class, Some(PriceClass::PriceClassAll));
    let left = operator.run(&["drift", "--json"]).await.ended(0).json();
    let fields = left.as_array().unwrap().iter().flat_map(|it| it["changes"].as_array().unwrap());
    let fields: Vec<_> = fields.map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["ActionsEnabled", "Threshold", ""]);
}

#[tokio::test]
async fn keys_that_no_deploy_wrote_are_told_and_taken_out() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    let operator = Operator::new(&proxy.endpoint, &fleet(2, ""));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let deployed = proxy.pairs();
    proxy.add_pair("host:extra.example", "s001");
    proxy.add_pair("host:lost.example", "s009");
    proxy.add_pair("note", "mine");
    let told = operator.run(&["drift", "--exit-code"]).await.ended(1);
    let pairs = "ViewerFunctionData.pairs";
    assert_eq!(
        told.stdout,
        format!(
            "Changed by hand\n\n    safe        s001\n      Metadata \
             {pairs}.host:extra.example\n      + s001\n\n    safe        shops-store-a\n      Metadata \
             {pairs}.host:lost.example\n      + s009\n\n    safe        shops-store-a\n      Metadata \
             {pairs}.note\n      + mine\n\n1 of 2 sites, and 1 stack that sites share: not as \
             deployed.\n"
        )
    );
    // Whoever asks for one site is told of that one.
    let told = operator.run(&["drift", "s000", "--json"]).await.ended(0).json();
    assert_eq!(told.as_array().unwrap().len(), 0, "{told}");
    operator.run(&["drift", "--policy", "enforce", "--yes"]).await.ended(0);
    operator.run(&["drift", "--exit-code"]).await.ended(0);
    assert_eq!(proxy.pairs(), deployed);
}

/// The emulator makes no tenants of templates, and of a multi-tenant distribution it does not tell
/// what tenants may say: the answer is of the form that CloudFront documents for
/// `GetDistributionTenant`.
fn tenant(domain: &str, enabled: bool) -> String {
    format!(
        "<DistributionTenant><Id>dt_1</Id><Name>shops-site-aurora</Name><Enabled>{enabled}</Enabled>\
         <Domains><member><Domain>{domain}</Domain><Status>active</Status></member></Domains>\
         <Parameters><member><Name>DefaultHost</Name><Value>aurora.origin.example</Value></member>\
         </Parameters><Status>Deployed</Status></DistributionTenant>"
    )
}

#[tokio::test]
async fn a_tenant_that_somebody_changed_is_told() {
    let Some(cloud) = Cloud::start().await else { return };
    let is_changed = Arc::new(AtomicBool::new(false));
    let proxy = {
        let is_changed = Arc::clone(&is_changed);
        Proxy::judging(&cloud, move |_, request| {
            let is_tenant = request.uri.path().contains("/distribution-tenant/");
            match is_changed.load(Ordering::SeqCst) {
                _ if !is_tenant || request.method != "GET" => Fate::Answered,
                true => Fate::Told(tenant("other.example", false)),
                false => Fate::Told(tenant("Aurora.example", true)),
            }
        })
        .await
    };
    let one = TENANTS.split("[[sites]]\nname = \"borealis\"").next().unwrap();
    let operator = Operator::new(&proxy.endpoint, one);
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let told = |ran: crate::operator::Ran| -> Vec<String> {
        let all = ran.json();
        let drifts = all.as_array().unwrap().iter().filter(|it| it["site"] == "aurora");
        let changes = drifts.flat_map(|it| it["changes"].as_array().unwrap().clone());
        changes.map(|it| format!("{} {}", it["risk"], it["field"]).replace('"', "")).collect()
    };
    let untouched = told(operator.run(&["drift", "--json"]).await.ended(0));
    assert_eq!(untouched, [""; 0]);
    is_changed.store(true, Ordering::SeqCst);
    let changed = told(operator.run(&["drift", "--json"]).await.ended(0));
    let want =
        ["routing Domains[aurora.example]", "routing Domains[other.example]", "routing Enabled"];
    assert_eq!(changed, want);
    let refused = operator.run(&["drift", "aurora", "--policy", "enforce", "--yes"]).await.ended(2);
    assert!(refused.stderr.contains("(DistributionTenant) is not put back"), "{}", refused.stderr);
}
