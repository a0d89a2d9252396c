//! A person at the console, past the deploys.

use std::collections::BTreeMap;

use aws_sdk_cloudfront::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cloudfront::types::DistributionConfig;
use serde_json::{Value, json};

/// AWS's own APIs.
pub(crate) struct Console {
    pub(crate) cloudfront: aws_sdk_cloudfront::Client,
    endpoint: String,
}

fn credentials() -> Credentials {
    Credentials::new("test", "test", None, None, "test")
}

impl Console {
    pub(crate) fn new(endpoint: &str) -> Self {
        let config = aws_sdk_cloudfront::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(credentials())
            .endpoint_url(endpoint)
            .build();
        let cloudfront = aws_sdk_cloudfront::Client::from_conf(config);
        Self { cloudfront, endpoint: endpoint.to_owned() }
    }

    /// The distribution of a site, by its comment.
    async fn distribution(&self, site: &str) -> String {
        let answer = self.cloudfront.list_distributions().send().await.expect("an answer");
        let all = answer.distribution_list.expect("a list");
        let found = all.items().iter().find(|it| it.comment == site);
        found.unwrap_or_else(|| panic!("{site} has no distribution")).id.clone()
    }

    /// Its id, its configuration and the tag of its state.
    pub(crate) async fn config(&self, site: &str) -> (String, DistributionConfig, String) {
        let id = self.distribution(site).await;
        let answer = self.cloudfront.get_distribution_config().id(&id).send().await;
        let answer = answer.expect("an answer");
        (id, answer.distribution_config.expect("one"), answer.e_tag.expect("one"))
    }

    /// Changes a distribution.
    pub(crate) async fn change(&self, site: &str, change: impl FnOnce(&mut DistributionConfig)) {
        let (id, mut config, tag) = self.config(site).await;
        change(&mut config);
        let call = self.cloudfront.update_distribution().id(id).if_match(tag);
        call.distribution_config(config).send().await.expect("it may");
    }

    /// Changes the default TTL of the fleet's cache policies that have that one.
    pub(crate) async fn change_ttl(&self, from: i64, to: i64) {
        let answer = self.cloudfront.list_cache_policies().send().await.expect("an answer");
        for summary in answer.cache_policy_list.expect("a list").items() {
            let id = summary.cache_policy.as_ref().expect("one").id.clone();
            let answer = self.cloudfront.get_cache_policy_config().id(&id).send().await;
            let answer = answer.expect("an answer");
            let mut config = answer.cache_policy_config.expect("one");
            if config.default_ttl == Some(from) && config.name.starts_with("shops-") {
                config.default_ttl = Some(to);
                let call = self.cloudfront.update_cache_policy().id(id).set_if_match(answer.e_tag);
                call.cache_policy_config(config).send().await.expect("it may");
            }
        }
    }

    fn stacks(&self, region: &'static str) -> aws_sdk_cloudformation::Client {
        let config = aws_sdk_cloudformation::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .credentials_provider(credentials())
            .endpoint_url(&self.endpoint)
            .build();
        aws_sdk_cloudformation::Client::from_conf(config)
    }

    /// Deletes a stack.
    pub(crate) async fn delete_stack(&self, name: &str) {
        let sent = self.stacks("us-east-1").delete_stack().stack_name(name).send().await;
        sent.expect("it may");
    }

    /// Asks `WAFv2` for something that belongs to CloudFront.
    async fn firewall(&self, operation: &str, body: Value) -> Value {
        let mut request = json!({ "Scope": "CLOUDFRONT" });
        request.as_object_mut().expect("a map").extend(body.as_object().expect("one").clone());
        let scope = "test/20261124/us-east-1/wafv2/aws4_request";
        let answer = reqwest::Client::new()
            .post(&self.endpoint)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSWAF_20190729.{operation}"))
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x"),
            )
            .body(request.to_string())
            .send()
            .await
            .expect("an answer");
        let text = answer.text().await.expect("a text");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Changes the fleet's only web ACL.
    pub(crate) async fn change_web_acl(&self, change: impl FnOnce(&mut Value)) {
        let all = self.firewall("ListWebACLs", json!({})).await;
        let [one] = all["WebACLs"].as_array().expect("a list").as_slice() else {
            panic!("not one: {all}")
        };
        let named = json!({ "Name": one["Name"], "Id": one["Id"] });
        let there = self.firewall("GetWebACL", named).await;
        let mut acl = there["WebACL"].clone();
        change(&mut acl);
        acl["LockToken"] = there["LockToken"].clone();
        let answer = self.firewall("UpdateWebACL", acl).await;
        assert!(answer["NextLockToken"].is_string(), "{answer}");
    }

    fn cloudwatch(&self) -> aws_sdk_cloudwatch::Client {
        let config = aws_sdk_cloudwatch::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(credentials())
            .endpoint_url(&self.endpoint)
            .build();
        aws_sdk_cloudwatch::Client::from_conf(config)
    }

    /// Sets another threshold for the alarms whose names begin so, and switches their actions off.
    pub(crate) async fn silence(&self, prefix: &str, threshold: f64) {
        let alarms = self.cloudwatch();
        let found = alarms.describe_alarms().alarm_name_prefix(prefix).send().await;
        let found = found.expect("an answer").metric_alarms.unwrap_or_default();
        assert!(!found.is_empty(), "{prefix}");
        for alarm in found {
            let put = alarms
                .put_metric_alarm()
                .set_alarm_name(alarm.alarm_name)
                .actions_enabled(false)
                .set_alarm_actions(alarm.alarm_actions)
                .set_ok_actions(alarm.ok_actions)
                .set_alarm_description(alarm.alarm_description)
                .set_namespace(alarm.namespace)
                .set_metric_name(alarm.metric_name)
                .set_dimensions(alarm.dimensions)
                .set_statistic(alarm.statistic)
                .set_period(alarm.period)
                .set_evaluation_periods(alarm.evaluation_periods)
                .set_comparison_operator(alarm.comparison_operator)
                .set_treat_missing_data(alarm.treat_missing_data)
                .threshold(threshold);
            put.send().await.expect("it may");
        }
    }

    /// Deletes the alarms whose names begin so.
    pub(crate) async fn delete_alarms(&self, prefix: &str) {
        let alarms = self.cloudwatch();
        let found = alarms.describe_alarms().alarm_name_prefix(prefix).send().await;
        let found = found.expect("an answer").metric_alarms.unwrap_or_default();
        let names = found.into_iter().filter_map(|alarm| alarm.alarm_name).collect();
        alarms.delete_alarms().set_alarm_names(Some(names)).send().await.expect("it may");
    }

    /// Makes another version of a function.
    pub(crate) async fn publish_version(&self, function: &str) {
        let config = aws_sdk_lambda::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(credentials())
            .endpoint_url(&self.endpoint)
            .build();
        let functions = aws_sdk_lambda::Client::from_conf(config);
        functions.publish_version().function_name(function).send().await.expect("it may");
    }

    /// The parameters of a stack; `None` where there is none of that name in the region.
    pub(crate) async fn parameters(
        &self,
        region: &'static str,
        name: &str,
    ) -> Option<BTreeMap<String, String>> {
        let answer = self.stacks(region).describe_stacks().stack_name(name).send().await.ok()?;
        let stack = answer.stacks.unwrap_or_default().into_iter().next()?;
        let status = stack.stack_status.map(|status| status.as_str().to_owned());
        let pair = |it: aws_sdk_cloudformation::types::Parameter| {
            Some((it.parameter_key?, it.parameter_value?))
        };
        let parameters = stack.parameters.unwrap_or_default().into_iter().filter_map(pair);
        (status.as_deref() != Some("DELETE_COMPLETE")).then(|| parameters.collect())
    }
}
