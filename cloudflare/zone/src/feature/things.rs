//! Everything that is neither a setting nor a rule of a phase.

use super::Grade::{Lossless, Partial};
use super::{Feature, coded, idle, lost};

/// By their places in the API.
pub(super) const FEATURES: &[Feature] = &[
    coded(
        "default-cache",
        "What is kept without a rule",
        Partial,
        "behaviors for the usual extensions; pages are never kept, as on Cloudflare",
    ),
    coded(
        "order",
        "Redirects before the firewall",
        Partial,
        "AWS WAF sees a request before it is redirected",
    ),
    coded(
        "dns proxied",
        "Proxied DNS records",
        Partial,
        "`domains` of a site; what they lead to is its `origin`",
    ),
    coded("dns", "Other DNS records", Lossless, "a batch of changes for Route 53"),
    coded(
        "bulk-redirect",
        "Items of redirect lists",
        Partial,
        "`redirects`, by path, and `redirect_rules` for what is below a path",
    ),
    coded(
        "list",
        "Lists of addresses, systems and hosts",
        Lossless,
        "written out where rules use them",
    ),
    coded(
        "load-balancer",
        "Load balancers",
        Partial,
        "`origin` with a `failover`: of the first pool and the second",
    ),
    coded(
        "pool",
        "Pools of load balancers",
        Partial,
        "an origin; weights and health checks are Route 53's",
    ),
    lost(
        "monitor",
        "Monitors of pools",
        "make a health check of Route 53, where records are weighted",
    ),
    lost(
        "worker-route",
        "Workers routes",
        "write the Worker anew: as an origin of its own (a Lambda URL), or in the shop",
    ),
    coded("access-rule", "IP access rules", Lossless, "`waf.allow`, `waf.block`, `waf.rules`"),
    coded(
        "lockdown",
        "Zone lockdown",
        Lossless,
        "a rule of the web ACL: the path, and none of the addresses",
    ),
    coded(
        "user-agent-rule",
        "User agent blocking",
        Lossless,
        "a rule of the web ACL about `User-Agent`",
    ),
    lost(
        "legacy-rate-limit",
        "Rate limits of the old kind",
        "Cloudflare has turned them into rules: save the answer of the phase `http_ratelimit`",
    ),
    lost(
        "legacy-firewall-rule",
        "Firewall rules of the old kind",
        "Cloudflare has turned them into rules: save the answer of the phase `http_request_firewall_custom`",
    ),
    coded(
        "managed-transform",
        "Managed transforms",
        Partial,
        "`client_headers` and `headers.remove`",
    ),
    lost("custom-page", "Custom pages", "put the page at the origin and name it in `errors`"),
    lost(
        "custom-hostname",
        "Custom hostnames (SSL for SaaS)",
        "each becomes a domain, or a site of `mode = \"tenant\"`",
    ),
    idle("certificate-pack", "Certificates", "ACM makes new ones, `certificate = \"request\"`"),
    lost("waiting-room", "Waiting rooms", "AWS has the solution Virtual Waiting Room"),
    lost("page-shield", "Page Shield policies", "send them as `headers.csp`"),
    lost(
        "snippet",
        "Snippets",
        "write the snippet anew: CloudFront runs the viewer function alone",
    ),
    lost(
        "snippet-rule",
        "Snippet rules",
        "write the snippet anew: CloudFront runs the viewer function alone",
    ),
    idle(
        "url-normalization",
        "URL normalization",
        "CloudFront matches paths as they come; origins normalize",
    ),
];
