//! Who asked, by the user agent: the families that matter for pictures, and the crawlers.
//!
//! The order of [`BROWSERS`] counts: a browser names those that it wants to be taken for as well.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// A word of a user agent, and the browser that it means.
const BROWSERS: [(&str, &str); 21] = [
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPiOS/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("UCBrowser/", "UC Browser"),
    ("YaBrowser/", "Yandex"),
    ("Vivaldi/", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Instagram", "Instagram"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("MSIE ", "Internet Explorer"),
    ("Trident/", "Internet Explorer"),
    ("Version/", "Safari"),
];

/// A word of a crawler's or a program's user agent, in lower case, and its name.
const BOTS: [(&str, &str); 64] = [
    ("adsbot-google", "AdsBot"),
    ("ahrefsbot", "AhrefsBot"),
    ("amazonbot", "Amazonbot"),
    ("apis-google", "APIs-Google"),
    ("applebot", "Applebot"),
    ("axios/", "axios"),
    ("baiduspider", "Baiduspider"),
    ("barkrowler", "Barkrowler"),
    ("bingbot", "bingbot"),
    ("bingpreview", "BingPreview"),
    ("blexbot", "BLEXBot"),
    ("bytespider", "Bytespider"),
    ("ccbot", "CCBot"),
    ("chatgpt-user", "ChatGPT-User"),
    ("claudebot", "ClaudeBot"),
    ("coccocbot", "coccocbot"),
    ("curl/", "curl"),
    ("dataforseobot", "DataForSeoBot"),
    ("dotbot", "DotBot"),
    ("duckduckbot", "DuckDuckBot"),
    ("facebookexternalhit", "facebookexternalhit"),
    ("feedfetcher-google", "Feedfetcher"),
    ("go-http-client", "Go-http-client"),
    ("google-inspectiontool", "Google-InspectionTool"),
    ("googlebot", "Googlebot"),
    ("googleother", "GoogleOther"),
    ("gptbot", "GPTBot"),
    ("headlesschrome", "HeadlessChrome"),
    ("ia_archiver", "ia_archiver"),
    ("java/", "Java"),
    ("linkedinbot", "LinkedInBot"),
    ("mediapartners-google", "Mediapartners-Google"),
    ("meta-externalagent", "meta-externalagent"),
    ("mj12bot", "MJ12bot"),
    ("oai-searchbot", "OAI-SearchBot"),
    ("okhttp/", "okhttp"),
    ("perplexitybot", "PerplexityBot"),
    ("petalbot", "PetalBot"),
    ("pingdom", "Pingdom"),
    ("pinterestbot", "Pinterestbot"),
    ("postmanruntime", "Postman"),
    ("python-requests", "python-requests"),
    ("python-urllib", "python-urllib"),
    ("python/", "Python"),
    ("redditbot", "redditbot"),
    ("scrapy/", "Scrapy"),
    ("screaming frog", "Screaming Frog"),
    ("semrushbot", "SemrushBot"),
    ("seznambot", "SeznamBot"),
    ("slackbot", "Slackbot"),
    ("sogou web spider", "Sogou"),
    ("telegrambot", "TelegramBot"),
    ("twitterbot", "Twitterbot"),
    ("uptimerobot", "UptimeRobot"),
    ("wget/", "Wget"),
    ("whatsapp/", "WhatsApp"),
    ("yandexbot", "YandexBot"),
    ("yandeximages", "YandexImages"),
    ("zgrab", "zgrab"),
    // Those that call themselves nothing else.
    ("crawler", "other crawler"),
    ("spider", "other crawler"),
    ("bot/", "other crawler"),
    ("bot;", "other crawler"),
    ("+http", "other crawler"),
];

static BOT_WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = BOTS.iter().map(|(word, _)| word);
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// The crawler or program; `None` for what looks like a person's browser.
pub(crate) fn bot(agent: &str) -> Option<&'static str> {
    let words = BOT_WORDS.as_ref()?;
    let first_listed =
        words.find_overlapping_iter(agent).map(|found| found.pattern().as_usize()).min();
    first_listed.map(|place| BOTS[place].1)
}

/// The browser's family.
pub(crate) fn browser(agent: &str) -> Option<&'static str> {
    if bot(agent).is_some() {
        return None;
    }
    let is_in = |(word, _): &&(&str, &str)| agent.contains(word);
    let (word, family) = BROWSERS.iter().find(is_in)?;
    // Many things have a version; only Safari has one beside its own name.
    (*word != "Version/" || agent.contains("Safari/")).then_some(*family)
}

/// What was held in hands.
pub(crate) fn device(agent: &str) -> &'static str {
    if bot(agent).is_some() {
        return "bot";
    }
    let has = |word: &str| agent.contains(word);
    if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
        "tablet"
    } else if has("Mobile") || has("iPhone") || has("Android") {
        "mobile"
    } else if has("Windows NT") || has("Macintosh") || has("X11") || has("CrOS") {
        "desktop"
    } else {
        "other"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_told_apart() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        let edge = &format!("{chrome} Edg/126.0.0.0");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
        let android = "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36";
        let googlebot = "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
        for (agent, want) in [
            (chrome, (Some("Chrome"), "desktop", None)),
            (edge.as_str(), (Some("Edge"), "desktop", None)),
            (safari, (Some("Safari"), "mobile", None)),
            (android, (Some("Samsung Internet"), "tablet", None)),
            (googlebot, (None, "bot", Some("Googlebot"))),
            ("curl/8.5.0", (None, "bot", Some("curl"))),
            ("SomeBot/1.0 (+http://bots.example)", (None, "bot", Some("other crawler"))),
            ("", (None, "other", None)),
        ] {
            assert_eq!((browser(agent), device(agent), bot(agent)), want, "{agent}");
        }
    }
}
