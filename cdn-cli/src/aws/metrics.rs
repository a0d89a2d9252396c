//! Metrics of distributions, from `CloudWatch` in us-east-1.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use super::told;
use crate::deploy::gates::Traffic;

/// What is read of each distribution, and how a minute of it is summed up; `CacheHitRate` is there
/// only with additional metrics on:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html>.
const METRICS: [(&str, &str); 3] =
    [("Requests", "Sum"), ("5xxErrorRate", "Average"), ("CacheHitRate", "Average")];
/// Distributions in a call, which takes 500 queries:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>.
const AT_ONCE: usize = 500 / METRICS.len();
/// Seconds of a data point.
const MINUTE: i32 = 60;

/// `CloudWatch`.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    client: Client,
}

/// A value for each minute, by the second at which it begins.
type Series = BTreeMap<i64, f64>;

impl Metrics {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// What went through distributions from a moment to another, by their ids.
    pub(crate) async fn traffic(
        &self,
        distributions: &[String],
        from: Timestamp,
        to: Timestamp,
    ) -> anyhow::Result<BTreeMap<String, Traffic>> {
        let mut all = BTreeMap::new();
        for part in distributions.chunks(AT_ONCE) {
            let mut series = self.series(part, from, to).await?;
            for (number, id) in part.iter().enumerate() {
                let [requests, errors, hits] = [0, 1, 2]
                    .map(|metric| series.remove(&name(number, metric)).unwrap_or_default());
                all.insert(
                    id.clone(),
                    Traffic {
                        requests: requests.values().sum(),
                        errors_5xx: mean(&errors, &requests),
                        hit_ratio: mean(&hits, &requests),
                    },
                );
            }
        }
        Ok(all)
    }

    async fn series(
        &self,
        distributions: &[String],
        from: Timestamp,
        to: Timestamp,
    ) -> anyhow::Result<BTreeMap<String, Series>> {
        let mut all: BTreeMap<String, Series> = BTreeMap::new();
        let queries = distributions.iter().enumerate().flat_map(|(number, id)| {
            (0..METRICS.len()).map(move |metric| query(name(number, metric), id, METRICS[metric]))
        });
        let request =
            self.client.get_metric_data().set_metric_data_queries(Some(queries.collect()));
        let request = request.start_time(DateTime::from_secs(from.as_second()));
        let request = request.end_time(DateTime::from_secs(to.as_second()));
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told("reading metrics of CloudFront", error))?;
            for result in page.metric_data_results.unwrap_or_default() {
                let id = result.id.clone().unwrap_or_default();
                all.entry(id).or_default().extend(points(&result));
            }
        }
        Ok(all)
    }
}

/// The id of a query: a letter first, by AWS's rule.
fn name(distribution: usize, metric: usize) -> String {
    format!("q{distribution}_{metric}")
}

fn query(name: String, distribution: &str, (metric, stat): (&str, &str)) -> MetricDataQuery {
    let dimension = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
    let metric = Metric::builder()
        .namespace("AWS/CloudFront")
        .metric_name(metric)
        .dimensions(dimension("DistributionId", distribution))
        .dimensions(dimension("Region", "Global"))
        .build();
    let stat = MetricStat::builder().metric(metric).period(MINUTE).stat(stat).build();
    MetricDataQuery::builder().id(name).metric_stat(stat).build()
}

fn points(result: &MetricDataResult) -> impl Iterator<Item = (i64, f64)> {
    let seconds = result.timestamps().iter().map(DateTime::secs);
    seconds.zip(result.values().iter().copied())
}

/// The mean of percentages of each minute, by the minute's requests; `None` where there are none.
fn mean(percent: &Series, requests: &Series) -> Option<f64> {
    let weighed = percent.iter().filter_map(|(minute, value)| Some((value, requests.get(minute)?)));
    let (sum, weight) = weighed.fold((0.0, 0.0), |(sum, weight), (value, requests)| {
        (sum + value * requests, weight + requests)
    });
    (weight > 0.0).then(|| sum / weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_minutes_count_for_more() {
        let series = |values: &[(i64, f64)]| values.iter().copied().collect::<Series>();
        let requests = series(&[(0, 900.0), (60, 100.0)]);
        assert_eq!(mean(&series(&[(0, 0.0), (60, 50.0)]), &requests), Some(5.0));
        assert_eq!(mean(&series(&[(120, 50.0)]), &requests), None);
        assert_eq!(mean(&Series::new(), &requests), None);
    }
}
