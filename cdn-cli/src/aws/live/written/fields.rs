//! Values of a template, each as what it is.

use aws_sdk_cloudfront::types::{
    CachePolicyCookieBehavior, CachePolicyCookiesConfig, CachePolicyHeaderBehavior,
    CachePolicyHeadersConfig, CachePolicyQueryStringBehavior, CachePolicyQueryStringsConfig,
    CookieNames, Headers, ParametersInCacheKeyAndForwardedToOrigin, QueryStringNames,
};
use serde_json::Value;

pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

pub(super) fn flag(value: &Value, key: &str) -> Option<bool> {
    value.get(key)?.as_bool()
}

pub(super) fn long(value: &Value, key: &str) -> Option<i64> {
    value.get(key)?.as_i64()
}

pub(super) fn number(value: &Value, key: &str) -> Option<i32> {
    i32::try_from(long(value, key)?).ok()
}

/// The entries of a list; of none where it is none.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The entries of a list that CloudFormation kept in the API's form.
pub(super) fn counted(value: Option<&Value>) -> &[Value] {
    value.and_then(|value| value.get("Items")).map(items).unwrap_or_default()
}

pub(super) fn texts(value: &Value) -> Vec<String> {
    items(value).iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

pub(super) fn quantity(length: usize) -> anyhow::Result<i32> {
    Ok(i32::try_from(length)?)
}

/// The key of a cache policy.
pub(super) fn cache_key(key: &Value) -> anyhow::Result<ParametersInCacheKeyAndForwardedToOrigin> {
    let part = |name: &str, behavior: &str, list: &str| {
        let part = key.get(name).unwrap_or(&Value::Null);
        let names = part.get(list).map(texts).unwrap_or_default();
        (text(part, behavior).unwrap_or_else(|| "none".to_owned()), names)
    };
    let (headers_are, headers) = part("HeadersConfig", "HeaderBehavior", "Headers");
    let (cookies_are, cookies) = part("CookiesConfig", "CookieBehavior", "Cookies");
    let (query_is, query) = part("QueryStringsConfig", "QueryStringBehavior", "QueryStrings");

    let mut headers_config = CachePolicyHeadersConfig::builder()
        .header_behavior(CachePolicyHeaderBehavior::from(headers_are.as_str()));
    if !headers.is_empty() {
        let names = Headers::builder().quantity(quantity(headers.len())?);
        headers_config = headers_config.headers(names.set_items(Some(headers)).build()?);
    }
    let mut cookies_config = CachePolicyCookiesConfig::builder()
        .cookie_behavior(CachePolicyCookieBehavior::from(cookies_are.as_str()));
    if !cookies.is_empty() {
        let names = CookieNames::builder().quantity(quantity(cookies.len())?);
        cookies_config = cookies_config.cookies(names.set_items(Some(cookies)).build()?);
    }
    let mut query_config = CachePolicyQueryStringsConfig::builder()
        .query_string_behavior(CachePolicyQueryStringBehavior::from(query_is.as_str()));
    if !query.is_empty() {
        let names = QueryStringNames::builder().quantity(quantity(query.len())?);
        query_config = query_config.query_strings(names.set_items(Some(query)).build()?);
    }
    Ok(ParametersInCacheKeyAndForwardedToOrigin::builder()
        .enable_accept_encoding_gzip(flag(key, "EnableAcceptEncodingGzip").unwrap_or_default())
        .set_enable_accept_encoding_brotli(flag(key, "EnableAcceptEncodingBrotli"))
        .headers_config(headers_config.build()?)
        .cookies_config(cookies_config.build()?)
        .query_strings_config(query_config.build()?)
        .build()?)
}
