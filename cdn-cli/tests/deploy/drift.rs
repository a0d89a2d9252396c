//! What somebody changes in the console: it is found, put back, or said in the fleet file.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_cloudfront::types::{
    Aliases, DistributionConfig, HttpVersion, MinimumProtocolVersion, PriceClass,
};

use crate::cloud::{Cloud, Fate, Proxy};
use crate::console::Console;
use crate::operator::{Operator, fleet};

const CERTIFICATE: &str = "certificate = \"arn:aws:acm:us-east-1:123456789012:certificate/0c2f\"\n\
     caches.static = { default_ttl = 600 }\nbehaviors.\"/a/*\" = { cache = \"static\" }";

/// A fleet whose sites have domains and a cache profile of their own.
fn shops(sites: usize) -> String {
    fleet(sites, "").replace("certificate = \"none\"", CERTIFICATE)
}

#[tokio::test]
async fn an_untouched_fleet_has_no_drift() {
    let Some(cloud) = Cloud::start().await else { return };
    let rich = "geo = { block = [\"KP\"] }\nerrors.404 = { page = \"/404.html\", ttl = 5 }\n\
                headers.hsts = { max_age = 600 }\norigins.copy = { s3 = { bucket = \"copies\", region \
                = \"us-east-1\" } }\norigin.failover = \"copy\"\norigin.headers = { x-key = \"k\" }\n\
                behaviors.\"/img/*\" = { origin = \"copy\", cache = \"static\" }";
    let text = shops(3)
        .replace("[[sites]]\nname = \"s002\"", &format!("[[sites]]\nname = \"s002\"\n{rich}"));
    let operator = Operator::new(&cloud.endpoint, &text);
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let told = operator.run(&["drift", "--exit-code"]).await.ended(0);
    assert_eq!(told.stdout, "As deployed: nothing was changed by hand on 3 sites.\n");
    let told = operator.run(&["drift", "s001", "--exit-code", "--json"]).await.ended(0);
    assert_eq!(told.stdout, "[]\n");
    let told = operator.run(&["drift", "s009"]).await.ended(2);
    assert!(told.stderr.starts_with("error: there is no site `s009`"), "{}", told.stderr);
}

#[tokio::test]
async fn a_change_by_hand_is_told_and_put_back() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &shops(3));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let console = Console::new(&cloud.endpoint);
    let (_, before, _) = console.config("s001").await;
    let by_hand = |config: &mut DistributionConfig| {
        config.enabled = false;
        let names = ["s001.example", "other.example"].map(str::to_owned).to_vec();
        config.aliases =
            Some(Aliases::builder().quantity(2).set_items(Some(names)).build().unwrap());
        let certificate = config.viewer_certificate.as_mut().unwrap();
        certificate.minimum_protocol_version = Some(MinimumProtocolVersion::TlSv122018);
        config.cache_behaviors.as_mut().unwrap().items.as_mut().unwrap()[0].compress = Some(false);
    };
    console.change("s001", by_hand).await;
    console.change_ttl(600, 900).await;

    let told = operator.run(&["drift", "--exit-code"]).await.ended(1);
    assert_eq!(
        told.stdout,
        "Changed by hand\n\n    security    s001\n      Distribution ViewerCertificate.\
         MinimumProtocolVersion\n      TLSv1.2_2021 -> TLSv1.2_2018\n\n    routing     s001\n      \
         Distribution Aliases[other.example]\n      + other.example\n\n    routing     s001\n      \
         Distribution Enabled\n      true -> false\n\n    ttl         3: s000, s001, s002\n      \
         Distribution\n      CacheBehaviors[/a/*].CachePolicyId.Properties.CachePolicyConfig.DefaultTTL\n      \
         600 -> 900\n\n    safe        s001\n      Distribution CacheBehaviors[/checkout*].Compress\n      \
         true -> false\n\n3 of 3 sites: not as deployed.\n"
    );
    // Nothing to do is still nothing to do.
    let plan = operator.run(&["plan", "--exit-code"]).await.ended(0);
    assert!(plan.stdout.starts_with("Nothing to do: "), "{}", plan.stdout);
    assert!(plan.stdout.contains("\nChanged by hand, and left as it is\n"), "{}", plan.stdout);
    let offline = operator.run(&["plan", "--offline"]).await.ended(0);
    assert_eq!(offline.stdout, plan.stdout);
    // A deploy that writes the distribution anew says what is lost.
    operator.write(&format!("{}\nhttp3 = false\n", shops(3)));
    let plan = operator.run(&["plan", "--json"]).await.ended(0).json();
    let of_site =
        plan["by_hand"].as_array().unwrap().iter().find(|it| it["site"] == "s001").unwrap();
    for change in of_site["changes"].as_array().unwrap() {
        assert!(!change["is_overwritten"].as_bool().unwrap_or(false), "{change}");
    }
    operator.write(&shops(3).replace("[defaults]", "[defaults]\nhttp3 = false"));
    let plan = operator.run(&["plan", "--json"]).await.ended(0).json();
    let of_site =
        plan["by_hand"].as_array().unwrap().iter().find(|it| it["site"] == "s001").unwrap();
    let lost = of_site["changes"].as_array().unwrap().iter();
    assert_eq!(lost.filter(|it| it["is_overwritten"] == true).count(), 4);
    operator.write(&shops(3));

    operator.run(&["drift", "--policy", "enforce"]).await.ended(2);
    operator.run(&["drift", "--policy", "enforce", "--yes"]).await.ended(0);
    operator.run(&["drift", "--exit-code"]).await.ended(0);
    let (_, after, _) = console.config("s001").await;
    assert_eq!(after.viewer_certificate, before.viewer_certificate);
    assert_eq!(after.enabled, before.enabled);
    assert_eq!(after.aliases, before.aliases);
    let versions = operator.run(&["versions", "s001", "--json"]).await.ended(0).json();
    assert_eq!(versions.as_array().unwrap().len(), 1, "no version is another one for it");
}

#[tokio::test]
async fn whoever_is_outrun_reads_again() {
    let Some(cloud) = Cloud::start().await else { return };
    let direct = Operator::new(&cloud.endpoint, &shops(1));
    direct.run(&["deploy", "--yes"]).await.ended(0);
    let console = Console::new(&cloud.endpoint);
    console.change("s000", |config| config.price_class = Some(PriceClass::PriceClass100)).await;

    // Somebody is faster: the tag of the first write does not hold.
    let writes = Arc::new(AtomicUsize::new(0));
    let proxy = {
        let writes = Arc::clone(&writes);
        Proxy::judging(&cloud, move |_, request| {
            let is_write = request.method == "PUT" && request.uri.path().ends_with("/config");
            if is_write && writes.fetch_add(1, Ordering::SeqCst) == 0 {
                Fate::Refused(412, "PreconditionFailed")
            } else {
                Fate::Answered
            }
        })
        .await
    };
    let operator = Operator::new(&proxy.endpoint, &shops(1));
    operator.run(&["drift", "--policy", "enforce", "--yes"]).await.ended(0);
    assert_eq!(writes.load(Ordering::SeqCst), 2, "read again, written again");
    operator.run(&["drift", "--exit-code"]).await.ended(0);
}

/// What is there is neither what was agreed to nor what was deployed.
#[tokio::test]
async fn a_third_state_is_not_written_over() {
    let Some(cloud) = Cloud::start().await else { return };
    // Between the look that was agreed to and the write somebody changes the same once more.
    let writes = Arc::new(AtomicUsize::new(0));
    let proxy = {
        let (writes, endpoint) = (Arc::clone(&writes), cloud.endpoint.clone());
        Proxy::judging(&cloud, move |_, request| {
            let is_write = request.method == "PUT" && request.uri.path().ends_with("/config");
            if is_write && writes.fetch_add(1, Ordering::SeqCst) == 0 {
                change_at_once(&endpoint);
                return Fate::Refused(412, "PreconditionFailed");
            }
            Fate::Answered
        })
        .await
    };
    let operator = Operator::new(&proxy.endpoint, &shops(1));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let console = Console::new(&cloud.endpoint);
    console.change("s000", |config| config.price_class = Some(PriceClass::PriceClass100)).await;
    let told = operator.run(&["drift", "--policy", "enforce", "--yes"]).await.ended(2);
    let words: Vec<&str> = told.stderr.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("was changed again since it was looked at"), "{}", told.stderr);
    assert_eq!(writes.load(Ordering::SeqCst), 1, "nothing is written after it was read again");
    let (_, config, _) = console.config("s000").await;
    assert_eq!(config.price_class, Some(PriceClass::PriceClass200));
    // Who looks again agrees to that state.
    operator.run(&["drift", "--policy", "enforce", "--yes"]).await.ended(0);
    operator.run(&["drift", "--exit-code"]).await.ended(0);
}

/// Changes the distribution, and ends when that is done.
fn change_at_once(endpoint: &str) {
    let endpoint = endpoint.to_owned();
    let change = async move {
        let console = Console::new(&endpoint);
        console.change("s000", |config| config.price_class = Some(PriceClass::PriceClass200)).await;
    };
    let change = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(change);
    };
    std::thread::spawn(change).join().expect("it may");
}

#[tokio::test]
async fn what_is_adopted_is_wanted() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &shops(2));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let console = Console::new(&cloud.endpoint);
    let by_hand = |config: &mut DistributionConfig| {
        config.http_version = Some(HttpVersion::Http2);
        config.price_class = Some(PriceClass::PriceClass100);
        config.comment = "mine".to_owned();
        let certificate = config.viewer_certificate.as_mut().unwrap();
        certificate.minimum_protocol_version = Some(MinimumProtocolVersion::TlSv122025);
        config.cache_behaviors.as_mut().unwrap().items.as_mut().unwrap()[0].compress = Some(false);
        config.origins.as_mut().unwrap().items[0].connection_attempts = Some(3);
    };
    console.change("s001", by_hand).await;
    let told = operator.run(&["drift", "--policy", "adopt"]).await.ended(0);
    assert_eq!(
        told.stdout,
        "# In the table of the site s001:\n\
         # built in\n\
         behaviors.\"/checkout*\" = { cache = \"never\", compress = false, enabled = true, forward_all \
         = true, headers = {}, methods = \"all\", origin = \"default\", protocol = \"redirect\" }\n\
         # built in\nhttp3 = false\n\
         # built in\norigin.attempts = 3\n\
         # built in\nprice_class = \"100\"\n\
         # built in\ntls = \"TLSv1.2_2025\"\n\
         # no key says Comment: \"s001\" -> \"mine\"\n"
    );
    // The site's table is the last of the file.
    operator.write(&format!("{}{}", shops(2), told.stdout));
    let drift = operator.run(&["drift", "--json"]).await.ended(0).json();
    for change in drift[0]["changes"].as_array().unwrap() {
        let is_said = change["field"] != "DistributionConfig.Comment";
        assert_eq!(change["is_wanted"], is_said, "{change}");
    }
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["drift", "--exit-code"]).await.ended(0);
}

#[tokio::test]
async fn a_stack_and_a_distribution_that_are_gone_are_told() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    let operator = Operator::new(&proxy.endpoint, &shops(4));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    // Destroyed by the command itself: nothing to tell of.
    operator.run(&["destroy", "s003", "--yes"]).await.ended(0);
    operator.run(&["drift", "--exit-code"]).await.ended(0);

    let console = Console::new(&cloud.endpoint);
    console.delete_stack("shops-site-s002").await;
    console.change("s001", |config| config.enabled = false).await;
    let (id, _, tag) = console.config("s001").await;
    console.cloudfront.delete_distribution().id(id).if_match(tag).send().await.unwrap();
    let told = operator.run(&["drift", "--exit-code"]).await.ended(1);
    assert_eq!(
        told.stdout,
        "Deleted by hand\n  - s002\n\nChanged by hand\n\n    REPLACEMENT s001\n      Distribution \
         Distribution\n      - AWS::CloudFront::Distribution\n\n    safe        shops-store-a\n      Metadata \
         ViewerFunctionData.pairs.host:s002.example\n      + s002\n\n    safe        shops-store-a\n      \
         Metadata ViewerFunctionData.pairs.site:s002\n      + {\"side\":8192,\"errorAge\":10}\n\n2 of 2 \
         sites, and 1 stack that sites share: not as deployed.\n"
    );
    let refused = operator.run(&["drift", "s001", "--policy", "enforce", "--yes"]).await.ended(2);
    assert!(
        refused.stderr.ends_with(
            "error: Distribution of shops-site-s001 is gone, and nothing can be put back into\n       it\n\n\
             hint: `cdn-cli destroy SITE`, then `cdn-cli deploy SITE` make the site anew,\n      \
             with another distribution: its DNS records have to follow\n"
        ),
        "{}",
        refused.stderr
    );
}

#[tokio::test]
async fn what_the_viewer_function_knows_is_looked_at() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Answered).await;
    // The rules of s001 are read by the function from pairs of their own.
    let rule = "redirect_rules = [{ path = \"/blog/*\", to = \"https://b.example/${1}\" }]";
    let operator = Operator::new(&proxy.endpoint, &format!("{}{rule}\n", shops(2)));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    assert!(proxy.pairs()["rules:s001:0"].contains("b.example"), "{:?}", proxy.pairs());
    operator.run(&["drift", "--exit-code"]).await.ended(0);
    proxy.change_pair("host:s001.example", "s000");
    let told = operator.run(&["drift", "--exit-code"]).await.ended(1);
    assert_eq!(
        told.stdout,
        "Changed by hand\n\n    safe        s001\n      Metadata \
         ViewerFunctionData.pairs.host:s001.example\n      s001 -> s000\n\n1 of 2 sites: not as \
         deployed.\n"
    );
    operator.run(&["drift", "--policy", "enforce", "--yes"]).await.ended(0);
    operator.run(&["drift", "--exit-code"]).await.ended(0);
    assert_eq!(proxy.pairs()["host:s001.example"], "s001");
}
