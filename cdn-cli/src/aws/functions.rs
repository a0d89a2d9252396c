//! Versions of Lambda functions, in us-east-1, where Lambda@Edge takes them from.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::ProvideErrorMetadata as _;

use super::told;

/// Lambda in us-east-1.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    client: Client,
}

/// What came of the wish to delete a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deletion {
    /// It is gone.
    Gone,
    /// AWS refuses it for now: while replicas are at the edges, for some hours after the last
    /// distribution let go of it, it says so by `InvalidParameterValueException`.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html>
    Refused(String),
}

impl Functions {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The ARNs of a function's numbered versions; none where there is no such function.
    pub(crate) async fn versions(&self, function: &str) -> anyhow::Result<Vec<String>> {
        let mut found = Vec::new();
        let call = self.client.list_versions_by_function().function_name(function);
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) if error.code() == Some("ResourceNotFoundException") => break,
                Err(error) => {
                    return Err(told(&format!("listing the versions of {function}"), error));
                }
            };
            let numbered = page.versions.unwrap_or_default().into_iter();
            let numbered = numbered.filter(|it| it.version.as_deref() != Some("$LATEST"));
            found.extend(numbered.filter_map(|version| version.function_arn));
        }
        Ok(found)
    }

    /// Deletes a version by its ARN.
    pub(crate) async fn delete(&self, version: &str) -> Deletion {
        let Some((function, number)) = version.rsplit_once(':') else {
            return Deletion::Refused(format!("{version} is no version of a function"));
        };
        let call = self.client.delete_function().function_name(function).qualifier(number);
        match call.send().await {
            Ok(_) => Deletion::Gone,
            Err(error) if error.code() == Some("ResourceNotFoundException") => Deletion::Gone,
            Err(error) => {
                let told = told(&format!("deleting {version}"), error);
                Deletion::Refused(told.root_cause().to_string())
            }
        }
    }
}
