//! How AWS is reached.

use clap::{Args, ValueHint};

/// How AWS is reached. Whatever is not said here comes from where the AWS CLI has it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AwsArgs {
    /// A profile of ~/.aws/config [default: that of `AWS_PROFILE`]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Another address for all of AWS's APIs, such as an emulator's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) endpoint_url: Option<String>,
}
