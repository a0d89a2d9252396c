//! Rules by phase, and page rules.

use super::Grade::Partial;
use super::{Feature, coded, idle, lost};

/// In the order of the phases.
pub(super) const FEATURES: &[Feature] = &[
    coded(
        "page-rule",
        "Page rules",
        Partial,
        "the first that matches counts: behaviors, cache profiles and redirects, as rules do",
    ),
    idle(
        "phase http_request_sanitize",
        "URL normalization rules",
        "CloudFront matches paths as they come",
    ),
    coded(
        "phase http_request_dynamic_redirect",
        "Single redirects",
        Partial,
        "`redirects` for paths that can be listed, with what an expression gives for each; `redirect_rules` \
         for patterns and for what hangs on query, method, headers, cookies and country; not for \
         addresses, systems and targets that a wildcard cannot say",
    ),
    coded(
        "phase http_request_transform",
        "URL rewrites",
        Partial,
        "`rewrites`, and for the new path the behavior that rules give it; not for what hangs on addresses \
         and systems, nor for queries that are made of the request's",
    ),
    coded(
        "phase http_config_settings",
        "Configuration rules",
        Partial,
        "as the settings, where behaviors have them",
    ),
    coded(
        "phase http_request_origin",
        "Origin rules",
        Partial,
        "`origins`, and behaviors that use them; `Host` is the viewer's or the origin's own",
    ),
    idle(
        "phase ddos_l7",
        "HTTP DDoS overrides",
        "AWS Shield Standard is always on and has no overrides",
    ),
    coded(
        "phase http_request_firewall_custom",
        "Custom firewall rules",
        Partial,
        "`waf.rules`; `skip` narrows the rules behind it; scores of Cloudflare have no equal",
    ),
    coded(
        "phase http_ratelimit",
        "Rate limits",
        Partial,
        "`waf.rate_limits`, scaled to windows of 60, 120, 300 and 600 seconds; they end by themselves",
    ),
    coded(
        "phase http_request_firewall_managed",
        "Managed firewall rules",
        Partial,
        "AWS's rules in `waf.managed`; ids and sensitivities have no equal",
    ),
    lost(
        "phase http_request_sbfm",
        "Super Bot Fight Mode",
        "add AWS WAF Bot Control to a web ACL of one's own, `waf.arn`",
    ),
    coded(
        "phase http_request_redirect",
        "Bulk redirects",
        Partial,
        "`redirects`, by path, and `redirect_rules` for what is below a path",
    ),
    coded(
        "phase http_request_late_transform",
        "Request headers",
        Partial,
        "`headers` of origins, where they are fixed; `client_headers` for those about the client",
    ),
    coded(
        "phase http_request_cache_settings",
        "Cache rules",
        Partial,
        "`caches` and `behaviors`: for each path what all rules together come to; conditions other than host and path cannot be said",
    ),
    lost(
        "phase http_request_snippets",
        "Snippet rules",
        "write the snippet anew: CloudFront runs the viewer function alone",
    ),
    lost(
        "phase http_request_cloud_connector",
        "Cloud Connector",
        "name the storage as an origin, `origins`",
    ),
    coded(
        "phase http_custom_errors",
        "Custom error rules",
        Partial,
        "`errors`, where the page is at the origin",
    ),
    coded(
        "phase http_response_headers_transform",
        "Response headers",
        Partial,
        "`headers` of the site or of behaviors, where they are fixed",
    ),
    lost(
        "phase http_response_cache_settings",
        "Cache response rules",
        "let the origin send `Cache-Control` and `Cache-Tag`",
    ),
    coded(
        "phase http_response_compression",
        "Compression rules",
        Partial,
        "`compress` of behaviors: gzip and Brotli, no Zstandard",
    ),
    lost(
        "phase http_response_firewall_managed",
        "Sensitive data detection",
        "nothing looks at answers",
    ),
    idle(
        "phase http_log_custom_fields",
        "Custom log fields",
        "about Cloudflare's logs; `logs.fields` says which fields CloudFront's have",
    ),
];
