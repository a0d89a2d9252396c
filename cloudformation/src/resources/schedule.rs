//! Schedules of `EventBridge` Scheduler.

use serde::Serialize;

use super::rule::DeadLetterConfig;
use super::{Resource, Text};

/// Something that is done at its time.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Schedule {
    pub(crate) description: String,
    pub(crate) schedule_expression: String,
    pub(crate) schedule_expression_timezone: String,
    pub(crate) flexible_time_window: FlexibleTimeWindow,
    pub(crate) state: &'static str,
    pub(crate) target: ScheduleTarget,
}

impl Resource for Schedule {
    const TYPE: &'static str = "AWS::Scheduler::Schedule";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FlexibleTimeWindow {
    pub(crate) mode: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ScheduleTarget {
    pub(crate) arn: Text,
    pub(crate) role_arn: Text,
    pub(crate) input: String,
    pub(crate) dead_letter_config: DeadLetterConfig,
}
