//! Alarms of a distribution, and the metrics that they need.

use fleet::delivery::Alarms;

use crate::resources::Text;
use crate::resources::alarm::{Alarm, Dimension};
use crate::resources::distribution::{MonitoringSubscription, Subscription, SubscriptionConfig};
use crate::template::Draft;

/// Adds what the file asks for, for the distribution of the template; `name` is who is meant.
pub(crate) fn add(alarms: &Alarms, name: &str, draft: &mut Draft) {
    let Some(topic) = &alarms.topic else { return };
    let alarm = |rule: Rule| rule.alarm(name, topic);
    draft.resource(
        "AlarmErrors",
        &alarm(Rule {
            what: "answers with errors of the server",
            metric: "5xxErrorRate",
            statistic: Statistic::Average,
            minutes: 5,
            comparison: "GreaterThanThreshold",
            threshold: alarms.errors_5xx,
        }),
    );
    if let Some(percent) = alarms.hit_ratio {
        draft.resource(
            "AlarmHitRatio",
            &alarm(Rule {
                what: "answers too little from the cache",
                metric: "CacheHitRate",
                statistic: Statistic::Average,
                minutes: 60,
                comparison: "LessThanThreshold",
                threshold: percent,
            }),
        );
    }
    if let Some(milliseconds) = alarms.origin_latency {
        draft.resource(
            "AlarmOriginLatency",
            &alarm(Rule {
                what: "has a slow origin",
                metric: "OriginLatency",
                statistic: Statistic::Percentile90,
                minutes: 5,
                comparison: "GreaterThanThreshold",
                threshold: f64::from(milliseconds),
            }),
        );
    }
    if alarms.hit_ratio.is_some() || alarms.origin_latency.is_some() {
        draft.resource(
            "AdditionalMetrics",
            &MonitoringSubscription {
                distribution_id: Text::Ref("Distribution"),
                monitoring_subscription: Subscription {
                    realtime_metrics_subscription_config: SubscriptionConfig {
                        realtime_metrics_subscription_status: "Enabled",
                    },
                },
            },
        );
    }
}

enum Statistic {
    Average,
    Percentile90,
}

/// When somebody is told.
struct Rule {
    what: &'static str,
    metric: &'static str,
    statistic: Statistic,
    minutes: u32,
    comparison: &'static str,
    threshold: f64,
}

impl Rule {
    fn alarm(self, name: &str, topic: &str) -> Alarm {
        let (statistic, extended_statistic) = match self.statistic {
            Statistic::Average => (Some("Average"), None),
            Statistic::Percentile90 => (None, Some("p90")),
        };
        let dimension = |name, value| Dimension { name, value };
        Alarm {
            alarm_description: format!("{name} {}", self.what),
            namespace: "AWS/CloudFront",
            metric_name: self.metric,
            dimensions: vec![
                dimension("DistributionId", Text::Ref("Distribution")),
                dimension("Region", "Global".into()),
            ],
            statistic,
            extended_statistic,
            period: self.minutes * 60,
            evaluation_periods: 1,
            comparison_operator: self.comparison,
            threshold: self.threshold,
            // At night nobody may ask for anything.
            treat_missing_data: "notBreaching",
            alarm_actions: vec![topic.to_owned()],
            ok_actions: vec![topic.to_owned()],
        }
    }
}
